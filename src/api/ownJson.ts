import type { z } from 'zod';

/**
 * Reads JSON that this project wrote itself, from where somebody else could have put anything: an annotation, a label of an
 * image, a termination message. Undefined for all else.
 */
export function parseOwnJson<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  return schema.safeParse(read).data;
}
