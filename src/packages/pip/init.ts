import { quoted } from '../entries/quote.ts';
import { emptyRecipe, entryOf, joined, joinedAll, linesOf, lossOf, type Reader, type Recipe } from '../recipe.ts';
import { pipFault } from './grammar.ts';

/** The files of a repository with Python packages. */
export const pipReaders: Readonly<Record<string, Reader>> = { 'requirements.txt': requirements };

function requirements(file: string, text: string): Recipe {
  return joinedAll(linesOf(text).map(({ line, text: requirement }) => requirementLine(file, line, requirement)));
}

/** Reads a line of a requirements file, from wherever it comes. */
export function requirementLine(file: string, line: number, requirement: string): Recipe {
  const index = /^(-i|--index-url|--extra-index-url)[\s=]+(\S+)$/.exec(requirement);
  if (index !== null) {
    const url = index[2] ?? '';
    return /^https:\/\/[^@?#\s]+$/.test(url)
      ? index[1] === '--extra-index-url'
        ? { ...emptyRecipe, extraIndexes: [url] }
        : { ...emptyRecipe, index: url }
      : lossOf(
          file,
          line,
          `the index is not carried over: write an https URL without a credential into packages.pipIndexes`,
        );
  }
  if (/^(-r|--requirement|-c|--constraint)\b/.test(requirement)) {
    return lossOf(file, line, `${quoted(requirement)}: another file is not read; join it to this one`);
  }
  if (/^(-e|--editable)\b/.test(requirement)) {
    return lossOf(
      file,
      line,
      `${quoted(requirement)}: there are no files of a repository in a build; write "name @ git+https://…"`,
    );
  }
  const [bare = '', ...hashes] = requirement.split(/\s+--hash[=\s]/);
  const entry = entryOf('pip', pipFault, file, line, bare.trim());
  return hashes.length === 0
    ? entry
    : joined(entry, lossOf(file, line, 'the hashes are not carried over; the image itself is pinned by its digest'));
}

const defaultIndex = 'https://pypi.org/simple';

/** `packages.pipIndexes`, whose first entry replaces the default index: extra ones alone need it named. */
export function pipIndexesOf({ index, extraIndexes }: Recipe): readonly string[] {
  const first = index ?? (extraIndexes.length === 0 ? null : defaultIndex);
  return first === null ? [] : [first, ...extraIndexes];
}
