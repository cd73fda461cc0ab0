import { isDeepStrictEqual } from 'node:util';

/** A JSON object. */
type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The JSON merge patch (RFC 7386) that turns `before` into `after`: a field that is gone becomes null, lists are
 * replaced whole, what is equal is left out.
 */
export function statusPatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[name], after[name]];
    if (now === undefined) {
      if (old !== undefined) {
        patch[name] = null;
      }
    } else if (isObject(old) && isObject(now)) {
      const inner = statusPatch(old, now);
      if (Object.keys(inner).length > 0) {
        patch[name] = inner;
      }
    } else if (!isDeepStrictEqual(old, now)) {
      patch[name] = now;
    }
  }
  return patch;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
