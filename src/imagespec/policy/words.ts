const shownNames = 8;

/** What to do about a value that a list of settings does not allow: the end of a message. */
export function useOneOf(allowed: readonly string[]): string {
  if (allowed.length === 0) {
    return 'remove it';
  }
  const shown = allowed.slice(0, shownNames).join(', ');
  return `use one of ${allowed.length > shownNames ? `${shown} and ${allowed.length - shownNames} more` : shown}`;
}
