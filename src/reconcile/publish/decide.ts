import { labels, manager } from '../../api/names.ts';
import { digestOf, type SeenList } from './seenList.ts';

/** The ConfigMap that is meant. */
export interface ListName {
  readonly namespace: string;
  readonly name: string;
}

/** One idempotent write: a create that fails when the name is taken, or a patch of one version of one object. */
export type ListEffect =
  | { readonly do: 'createList'; readonly list: ListName; readonly data: Readonly<Record<string, string>> }
  | {
      readonly do: 'patchList';
      readonly list: ListName;
      readonly version: { readonly uid: string; readonly resourceVersion: string };
      /** null takes a key away that somebody else put there. */
      readonly data: Readonly<Record<string, string | null>>;
      readonly binaryData: Readonly<Record<string, null>>;
    };

/** The one next step. */
export type ListDecision =
  | { readonly next: 'act'; readonly effect: ListEffect }
  /** The ConfigMap is as it is wanted. */
  | { readonly next: 'rest' }
  /** Only a person can help. */
  | { readonly next: 'leave'; readonly problem: string };

/** What to do about a ConfigMap, given what it shall hold and what is there. Pure. */
export function decideList(
  list: ListName,
  wanted: Readonly<Record<string, string>>,
  seen: SeenList | undefined,
): ListDecision {
  if (seen === undefined) {
    return { next: 'act', effect: { do: 'createList', list, data: wanted } };
  }
  if (!seen.ours) {
    return {
      next: 'leave',
      problem: `a ConfigMap of this name is there that the operator did not make, and it is left as it is; delete it, or give it the label ${labels.managedBy}=${manager}`,
    };
  }
  if (seen.digest === digestOf(wanted)) {
    return { next: 'rest' };
  }
  const foreign = seen.keys.filter((key) => !Object.hasOwn(wanted, key));
  return {
    next: 'act',
    effect: {
      do: 'patchList',
      list,
      version: { uid: seen.uid, resourceVersion: seen.resourceVersion },
      data: { ...wanted, ...nulls(foreign) },
      binaryData: nulls(seen.binaryKeys),
    },
  };
}

function nulls(keys: readonly string[]): Readonly<Record<string, null>> {
  return Object.fromEntries(keys.map((key) => [key, null]));
}
