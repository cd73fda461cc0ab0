import { isDeepStrictEqual } from 'node:util';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The JSON merge patch (RFC 7386) from `before` to `after`. A removed field becomes null, a changed list is replaced whole,
 * and equal fields are left out.
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
