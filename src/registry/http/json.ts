/** Of one document: an index of a thousand images has some 12,000 values, a configuration far fewer. */
export const mostValues = 50_000;

/**
 * Parses JSON from bytes; undefined when it is none, or has more values than any document that we read. Its bytes do not bound
 * what it takes in memory: `[{},{},…]` takes some thirty times its length. So values are counted before any is made.
 */
export function parseJson(body: Buffer): unknown {
  if (!hasFewValues(body)) {
    return undefined;
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const [quote, backslash, comma, openList, openObject] = Buffer.from('"\\,[{');

/** Each value but the first follows a comma or what opens a list or an object, outside of texts. */
function hasFewValues(body: Buffer): boolean {
  let values = 1;
  let isInText = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (isInText) {
      if (byte === backslash) {
        at += 1;
      } else if (byte === quote) {
        isInText = false;
      }
    } else if (byte === quote) {
      isInText = true;
    } else if (byte === comma || byte === openList || byte === openObject) {
      values += 1;
      if (values > mostValues) {
        return false;
      }
    }
  }
  return true;
}
