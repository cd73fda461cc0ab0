import { isPartOfR } from '../../../../packages/cran/grammar.ts';
import { quoted } from '../../../../packages/entries/quote.ts';
import { joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { cranEntry } from './entries.ts';

/** Fields of a DESCRIPTION with what must be there to use the package (Writing R Extensions, "Package Dependencies"). */
const needs = new Set(['Depends', 'Imports', 'LinkingTo']);

/** DESCRIPTION of a package or a project of R. */
export function description(file: string, text: string): Recipe {
  const parts: Recipe[] = [];
  let field = '';
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const [, name, rest = raw] = /^([A-Za-z][\w@.-]*):(.*)$/.exec(raw) ?? [];
    field = name ?? field;
    if (name === 'Package') {
      parts.push(
        lossOf(file, index + 1, 'a build has no files of the repository, so this package itself is not installed'),
      );
    }
    if (name === 'Remotes') {
      parts.push(
        lossOf(file, index + 1, 'Remotes are not from CRAN, and are not carried over; install them in a Dockerfile'),
      );
    }
    if (needs.has(field)) {
      parts.push(...dependencies(file, index + 1, rest));
    }
  }
  return joinedAll(parts);
}

/** `x, y (>= 1.0), R (>= 4.1)`: the newest version satisfies a lower bound, and the base image decides about R. */
function dependencies(file: string, line: number, text: string): readonly Recipe[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [, name = part, operator, version = ''] =
        /^([A-Za-z0-9.]+)\s*(?:\(\s*([<>=]+)\s*([0-9.-]+)\s*\))?$/.exec(part) ?? [];
      if (name === 'R' || isPartOfR(name)) {
        return [];
      }
      const entry = cranEntry(file, line, operator === '==' ? `${name}@${version}` : name);
      return operator === undefined || operator === '==' || operator === '>=' || operator === '>'
        ? [entry]
        : [
            entry,
            lossOf(file, line, `${quoted(part)}: the upper bound is not carried over; write ${name}@VERSION to pin it`),
          ];
    });
}
