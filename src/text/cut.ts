/**
 * The beginning of a text, at most this many UTF-16 units, cut between characters. The API server stores half a
 * character as U+FFFD, so the stored text would always differ from the written one.
 */
export function beginningOf(text: string, longest: number): string {
  return text
    .slice(0, longest)
    .replace(/[\uD800-\uDBFF]$/, '')
    .toWellFormed();
}

/** The end of a text, cut between characters. */
export function tailOf(text: string, longest: number): string {
  return text.length <= longest
    ? text.toWellFormed()
    : text
        .slice(-longest)
        .replace(/^[\uDC00-\uDFFF]/, '')
        .toWellFormed();
}

/** The beginning of a text, with `…` where it was cut; at most `longest` UTF-16 units in all. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${beginningOf(text, longest - 1)}…` : text.toWellFormed();
}

/** The beginning of a text, at most this many characters (code points, as the API server counts them). */
export function firstCharacters(text: string, longest: number): string {
  if (text.length <= longest) {
    return text.toWellFormed();
  }
  // No character takes more than two units: the rest of a long text is not looked at.
  return Array.from(text.slice(0, longest * 2).toWellFormed())
    .slice(0, longest)
    .join('');
}
