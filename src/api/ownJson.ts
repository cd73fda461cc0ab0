import type { z } from 'zod';

/** Of anything that we write ourselves, in UTF-16 units: a build with 64 bases and as many changes takes some 60,000. */
export const longestOwnJson = 131_072;

/**
 * Parses JSON that this project wrote, read from places that others can write to: an annotation, an image label, a
 * termination message. Undefined for anything else.
 */
export function parseOwnJson<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  if (text.length > longestOwnJson) {
    return undefined;
  }
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  return schema.safeParse(read).data;
}
