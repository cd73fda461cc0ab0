import { z } from 'zod';
import { emptyRecipe, entryOf, joinedAll, linesOf, lossOf, type Reader, type Recipe } from '../recipe.ts';
import { cranFault, isPartOfR } from './grammar.ts';

/** The files of a repository with packages of R. */
export const cranReaders: Readonly<Record<string, Reader>> = {
  'install.R': installR,
  DESCRIPTION: description,
  'renv.lock': renvLock,
};

function cranEntry(file: string, line: number, entry: string): Recipe {
  return entryOf('cran', cranFault, file, line, entry);
}

/** A statement of R goes on until its parentheses are closed. */
function statementsOf(text: string): ReturnType<typeof linesOf> {
  const found: { line: number; text: string }[] = [];
  for (const { line, text: part } of linesOf(text)) {
    const open = found.at(-1);
    if (open !== undefined && (open.text.match(/\(/g)?.length ?? 0) > (open.text.match(/\)/g)?.length ?? 0)) {
      open.text += ` ${part}`;
    } else {
      found.push({ line, text: part });
    }
  }
  return found;
}

/** `install.packages("x")`, with `c("x", "y")` too, and `install_version("x", "1.2")` can be read without running them. */
function installR(file: string, text: string): Recipe {
  return joinedAll(
    statementsOf(text).map(({ line, text: statement }) => {
      const versioned =
        /^(?:(?:remotes|devtools)::)?install_version\(\s*(?:package\s*=\s*)?["']([A-Za-z0-9.]+)["']\s*,\s*(?:version\s*=\s*)?["']([0-9.-]+)["'](?:,[^()]*)?\)$/.exec(
          statement,
        );
      if (versioned !== null) {
        return cranEntry(file, line, `${versioned[1] ?? ''}@${versioned[2] ?? ''}`);
      }
      const names = /^install\.packages\((?:\s*c\(([^()]*)\)|([^(),]*))(?:,[^()]*)?\)$/.exec(statement);
      const items = (names?.[1] ?? names?.[2] ?? '')
        .split(',')
        .map((item) => /^["']([A-Za-z0-9.]+)["']$/.exec(item.trim())?.[1]);
      // The message does not repeat the statement: it may hold a token.
      return items.includes(undefined)
        ? lossOf(
            file,
            line,
            'this is no plain install.packages("…") or install_version("…", "…"), and is not carried over; name the packages in packages.cran',
          )
        : joinedAll(items.map((name = '') => cranEntry(file, line, name)));
    }),
  );
}

/** Fields of a DESCRIPTION with what must be there to use the package (Writing R Extensions, "Package Dependencies"). */
const needs = new Set(['Depends', 'Imports', 'LinkingTo']);

function description(file: string, text: string): Recipe {
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
            lossOf(file, line, `"${part}": the upper bound is not carried over; write ${name}@VERSION to pin it`),
          ];
    });
}

const lockShape = z.object({
  R: z.object({ Version: z.string().max(64).optional() }).optional(),
  Packages: z.record(z.string(), z.object({ Version: z.string(), Source: z.string().default('Repository') })),
});

function renvLock(file: string, text: string): Recipe {
  const read = lockShape.safeParse(parsedJson(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    return lossOf(
      file,
      0,
      `this is no lock file of renv: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  }
  const { R: language, Packages } = read.data;
  return joinedAll([
    ...Object.entries(Packages).map(([name, { Version, Source }]) =>
      Source === 'Repository' || Source === 'CRAN'
        ? cranEntry(file, 0, `${name}@${Version}`)
        : lossOf(
            file,
            0,
            `${name} is not from CRAN but from ${Source}, and is not carried over; install it in a Dockerfile`,
          ),
    ),
    language?.Version === undefined
      ? emptyRecipe
      : lossOf(file, 0, `R ${language.Version} is not carried over; choose a base image with it`),
  ]);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
