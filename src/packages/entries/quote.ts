const shownCharacters = 80;

/**
 * An entry as JSON, cut to what fits a message, so that what cannot be seen is seen. What may be a password is not repeated:
 * what stands before the `@` of a URL's host, a conda token, and the values of a query.
 */
export function quoted(entry: string): string {
  const masked = entry
    .replaceAll(/(:\/\/)[^/?#\s]*@/g, '$1…@')
    .replaceAll(/(\/t\/)[^/]+/g, '$1…')
    .replaceAll(/([?&][\w-]*=)[^&\s"']+/g, '$1…');
  const text = JSON.stringify(masked.length > shownCharacters ? `${masked.slice(0, shownCharacters)}…` : masked);
  // JSON leaves these as they are, and a terminal or a page would not show them.
  return text.replaceAll(/[\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g, codePoint);
}

/** `U+XXXX` of a text's first character. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
