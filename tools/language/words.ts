/** A word or phrase that no text of the project uses. */
export interface Unwanted {
  /** Global, so that `check.ts` finds each use. */
  readonly pattern: RegExp;
  /** What to write in its place. */
  readonly instead: string;
}

/** Between two words of a phrase: a space, or a line's end with the start of the next line of a comment. */
const gap = String.raw`(?:[ \t]+|[ \t]*\n[ \t]*(?:(?:\*|//|#)[ \t]+)?)`;

function words(pattern: string, instead: string): Unwanted {
  return { pattern: new RegExp(String.raw`\b(?:${pattern})\b`, 'gi'), instead };
}

/**
 * Words that read like a translation, or that hide who acts. `check.ts` refuses them in code, messages and docs. The nouns
 * to use are in docs/glossary.md.
 */
export const unwanted: readonly Unwanted[] = [
  words('tells?|told|telling', 'reports, shows, says'),
  words('anew', 'again'),
  words('mend(?:s|ed|ing)?', 'fix, correct, repair'),
  words('(?:some|no)body', 'the name of the actor'),
  words('whatever', 'the thing itself, or "any"'),
  words('bef(?:all|alls|ell|allen)', 'happens to'),
  words(`at${gap}once`, 'immediately, concurrently, together'),
  words(`(?:is|are|was|were)${gap}asked`, 'the operator asks, the registry answers'),
  words(`own${gap}Dockerfiles?`, "user's Dockerfile"),
  {
    pattern: /\bdesign, section\b|\b(?:facts|findings)\//gi,
    instead: 'the rule itself: readers cannot open that document',
  },
];
