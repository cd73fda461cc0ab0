import type { z } from 'zod';

/**
 * Parses JSON that this project wrote, read from places that others can write to: an annotation, an image label, a
 * termination message. Undefined for anything else.
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
