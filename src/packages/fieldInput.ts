import { z } from 'zod';

/** What a field of `spec.packages` adds to the identity of an image. Nothing, where it is empty or null. */
export type FieldInput =
  /** Entries whose order carries no meaning: sorted, each once. */
  | { readonly is: 'set'; readonly entries: readonly string[] }
  /** Entries whose order counts. */
  | { readonly is: 'list'; readonly entries: readonly string[] }
  | { readonly is: 'value'; readonly value: string | null };

/** The input of a list whose order carries no meaning. */
export function setInput(entries: readonly string[]): FieldInput {
  return { is: 'set', entries: uniqueSorted(entries) };
}

/** The input of a list whose order counts. */
export function listInput(entries: readonly string[]): FieldInput {
  return { is: 'list', entries };
}

/** The input of a single value; null where it is not set. */
export function valueInput(value: string | null): FieldInput {
  return { is: 'value', value };
}

/** Sorted without duplicates: the form in which packages are hashed and rendered. */
export function uniqueSorted(items: readonly string[]): readonly string[] {
  return [...new Set(items)].toSorted();
}

/** The form of a list in the label of an image. */
export const labelList = z.array(z.string()).readonly().default([]);

/** The form of a single value in the label of an image. */
export const labelValue = z.string().nullable().default(null);
