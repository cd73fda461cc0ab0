/**
 * The beginning of a text, at most this many UTF-16 units, which never ends within a character: the API server stores half
 * of one as U+FFFD, so that what was written would differ from what was meant for ever.
 */
export function beginningOf(text: string, longest: number): string {
  return text
    .slice(0, longest)
    .replace(/[\uD800-\uDBFF]$/, '')
    .toWellFormed();
}

/** The end of a text, likewise; never begins within a character. */
export function tailOf(text: string, longest: number): string {
  return text.length <= longest
    ? text.toWellFormed()
    : text
        .slice(-longest)
        .replace(/^[\uDC00-\uDFFF]/, '')
        .toWellFormed();
}

/** The beginning of a text with `…` where something was cut off; with it at most `longest` UTF-16 units. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${beginningOf(text, longest - 1)}…` : text.toWellFormed();
}
