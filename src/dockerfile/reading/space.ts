/** What Go's `unicode.IsSpace` takes for white space, which is not what JavaScript does. */
const space = '\\t\\n\\v\\f\\r \\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000';
const onlySpace = new RegExp(`^[${space}]$`);
const firstOther = new RegExp(`[^${space}]`);

/** Whether a character is white space in Go's sense. */
export function isSpace(character: string): boolean {
  return onlySpace.test(character);
}

/** Where a text begins that is not white space; its length when there is none (Go: `strings.TrimLeftFunc`). */
export function textStart(text: string): number {
  const found = text.search(firstOther);
  return found === -1 ? text.length : found;
}

/** Behind the last character that is not white space; 0 when there is none. */
export function textEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) {
    end -= 1;
  }
  return end;
}
