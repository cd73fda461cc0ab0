import { normalisedPipName } from '../../packages/contents/contents.ts';
import { entryFault } from '../../packages/entries/entryFault.ts';
import { quoted } from '../../packages/entries/quote.ts';
import { pipFault } from '../../packages/pip/grammar.ts';
import { pipPartsOf } from '../../packages/pip/pin.ts';
import { readRequirement } from '../../packages/pip/requirement.ts';
import type { Constraint, Loss, Recipe } from './recipe.ts';

const shownNames = 8;

/**
 * The recipe with its constraints written into the requirements that they limit. The others would limit packages that the
 * solver adds. No field of a spec says that, so they are losses.
 */
export function constrained(recipe: Recipe): Recipe {
  const limits = Map.groupBy(recipe.constraints, ({ entry }) => nameOf(entry));
  const used = new Set<string>();
  const losses: Loss[] = [];
  const pip = recipe.packages.pip.map((entry) => {
    const name = nameOf(entry);
    const found = limits.get(name) ?? [];
    used.add(name);
    return found.reduce((limited, constraint) => {
      const next = limitedBy(limited, constraint.entry);
      if (next === undefined) {
        losses.push(lossOfConstraint(constraint, limited));
      }
      return next ?? limited;
    }, entry);
  });
  const unused = recipe.constraints.filter(({ entry }) => !used.has(nameOf(entry)));
  return {
    ...recipe,
    packages: { ...recipe.packages, pip: [...new Set(pip)] },
    constraints: [],
    losses: [...recipe.losses, ...losses, ...unusedLosses(unused)],
  };
}

function nameOf(entry: string): string {
  return normalisedPipName(/^[A-Za-z0-9._-]*/.exec(entry)?.[0] ?? '');
}

/** A requirement with the versions of a constraint; undefined where one entry cannot say both. */
function limitedBy(entry: string, constraint: string): string | undefined {
  const asked = pipPartsOf(entry);
  const limit = pipPartsOf(constraint);
  const versions = [entry, constraint].map(readRequirement);
  if (asked.is === 'direct' || limit.is === 'direct' || (limit.marker !== '' && limit.marker !== asked.marker)) {
    return undefined;
  }
  const parts = versions.flatMap((read) =>
    read?.is === 'versions' ? read.versions.map(({ operator, version }) => `${operator}${version}`) : [],
  );
  const joined = `${asked.name}${asked.extras}${[...new Set(parts)].join(',')}${asked.marker}`;
  return entryFault(joined, pipFault) === undefined ? joined : undefined;
}

function lossOfConstraint({ file, line, entry }: Constraint, requirement: string): Loss {
  return {
    file,
    line,
    message: `the constraint ${quoted(entry)} cannot be joined to ${quoted(requirement)}; write both as one requirement`,
  };
}

/** One loss for each file: a frozen environment constrains hundreds of packages. */
function unusedLosses(unused: readonly Constraint[]): readonly Loss[] {
  return [...Map.groupBy(unused, ({ file }) => file)].flatMap(([file, [first, ...others]]) => {
    if (first === undefined) {
      return [];
    }
    const names = [first, ...others].slice(0, shownNames).map(({ entry }) => quoted(entry));
    const more = others.length + 1 > shownNames ? ` and ${others.length + 1 - shownNames} more` : '';
    return [
      {
        file,
        line: first.line,
        message: `${names.join(', ')}${more}: no requirement names what is constrained here, so it is not carried over; add to packages.pip what must have this version`,
      },
    ];
  });
}
