/**
 * A version in full (PEP 440, appendix B). No two parts can match the same text, so that reading stays linear.
 */
const publicVersion =
  /^v?(?:\d{1,10}!)?(?:\d{1,20}(?:\.\d{1,20}){0,32})(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?\d{0,20})?(?:-\d{1,20}|[-_.]?(?:post|rev|r)[-_.]?\d{0,20})?(?:[-_.]?dev[-_.]?\d{0,20})?$/i;
const localVersion = /^[a-z0-9]+(?:[-_.][a-z0-9]+){0,32}$/i;
/** A prefix for `==` and `!=`: a release, perhaps with a pre- or post-release, and `.*`. */
const wildcard =
  /^v?(?:\d{1,10}!)?(?:\d{1,20}(?:\.\d{1,20}){0,32})(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?\d{0,20})?(?:-\d{1,20}|[-_.]?(?:post|rev|r)[-_.]?\d{0,20})?\.\*$/i;

/** Whether `OPERATOR VERSION` is a specifier that pip takes (PEP 440, "Version specifiers"). */
export function isSpecifier(operator: string, version: string): boolean {
  switch (operator) {
    case '==':
    case '!=':
      return wildcard.test(version) || isVersion(version);
    case '~=':
      return publicVersion.test(version) && /^v?(?:\d+!)?\d+\.\d/i.test(version);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return publicVersion.test(version);
    default:
      return false;
  }
}

/** Whether the text is a version in full, perhaps with a local part (PEP 440). */
export function isVersion(text: string): boolean {
  const [release = '', local, ...more] = text.split('+');
  return publicVersion.test(release) && (local === undefined || localVersion.test(local)) && more.length === 0;
}
