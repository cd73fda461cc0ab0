import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { PackageManager } from '../../packages/manager.ts';
import { channelFault, packageFault } from '../../packages/packageFault.ts';
import { quoted } from '../../packages/quote.ts';
import { emptyRecipe, joined, type Loss, type Recipe } from '../../packages/recipe.ts';

/** Reads one file of a repository by its name, as repo2docker knows them (repo2docker, "Configuration Files"). */
export type Reader = (file: string, text: string) => Recipe;

/** The files that hold something for an ImageSpec. */
export const readers: Readonly<Record<string, Reader>> = {
  'environment.yml': environment,
  'environment.yaml': environment,
  'requirements.txt': requirements,
  'apt.txt': aptList,
  'runtime.txt': runtime,
  'install.R': installR,
};

/** Files that repo2docker acts on and an ImageSpec has no place for, with what to do instead. */
export const unsupported: Readonly<Record<string, string>> = {
  postBuild: 'runs a script after the installs; write it as RUN of an own Dockerfile (spec.dockerfile)',
  start: 'runs a script before the server; write an own Dockerfile with it as entrypoint',
  'setup.py': 'installs the repository itself; name the package in packages.pip as "name @ git+https://…"',
  'pyproject.toml': 'installs the repository itself; name the package in packages.pip as "name @ git+https://…"',
  Pipfile: "is pipenv's; write its packages into packages.pip (pipenv requirements)",
  'Pipfile.lock': "is pipenv's; write its packages into packages.pip (pipenv requirements)",
  'Project.toml': "is Julia's; install them in an own Dockerfile (spec.dockerfile)",
  DESCRIPTION: "is R's; name the packages as r-… in packages.conda",
  'default.nix': "is nix's; there is no nix here",
  Dockerfile: "is a whole recipe; put its text into spec.dockerfile, without COPY and ADD of the repository's files",
};

function lossOf(file: string, line: number, message: string): Recipe {
  return { ...emptyRecipe, losses: [{ file, line, message }] };
}

function entryOf(manager: PackageManager, file: string, line: number, entry: string): Recipe {
  const fault = packageFault(manager, entry);
  return fault === undefined
    ? { ...emptyRecipe, packages: { ...emptyRecipe.packages, [manager]: [entry] } }
    : lossOf(file, line, fault);
}

function channelOf(file: string, line: number, channel: string): Recipe {
  const fault = channelFault(channel);
  return fault === undefined ? { ...emptyRecipe, condaChannels: [channel] } : lossOf(file, line, fault);
}

function all(parts: readonly Recipe[]): Recipe {
  return parts.reduce(joined, emptyRecipe);
}

/** Lines with their numbers, without comments and empty ones, continued lines joined. */
function linesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const bare = raw.replace(/(^|\s)#.*$/, '').trim();
    const whole =
      open === undefined ? { line: index + 1, text: bare } : { line: open.line, text: `${open.text} ${bare}` };
    open = whole.text.endsWith('\\') ? { line: whole.line, text: whole.text.slice(0, -1).trimEnd() } : undefined;
    if (open === undefined && whole.text !== '') {
      found.push(whole);
    }
  }
  return open === undefined || open.text === '' ? found : [...found, open];
}

function aptList(file: string, text: string): Recipe {
  return all(
    linesOf(text).flatMap(({ line, text: words }) =>
      words.split(/\s+/).map((word) => entryOf('apt', file, line, word)),
    ),
  );
}

function requirements(file: string, text: string): Recipe {
  return all(linesOf(text).map(({ line, text: requirement }) => requirementLine(file, line, requirement)));
}

function requirementLine(file: string, line: number, requirement: string): Recipe {
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
  const entry = entryOf('pip', file, line, bare.trim());
  return hashes.length === 0
    ? entry
    : joined(entry, lossOf(file, line, 'the hashes are not carried over; the image itself is pinned by its digest'));
}

const environmentShape = z.object({
  name: z.unknown().optional(),
  prefix: z.unknown().optional(),
  channels: z.array(z.string()).nullish(),
  dependencies: z.array(z.union([z.string(), z.object({ pip: z.array(z.string()) })])).nullish(),
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
});

function environment(file: string, text: string): Recipe {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.1', stringKeys: true });
  const broken = document.errors[0];
  if (broken !== undefined) {
    return lossOf(
      file,
      lines.linePos(broken.pos[0]).line,
      `this is no YAML: ${broken.message.split('\n', 1)[0] ?? ''}`,
    );
  }
  const lineOf = (path: readonly (string | number)[]): number => {
    const node = document.getIn(path, true);
    return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
      ? lines.linePos(Number(node.range[0])).line
      : 0;
  };
  const read = environmentShape.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (!read.success) {
    const [issue] = read.error.issues;
    return lossOf(
      file,
      0,
      `this is no environment of conda: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  }
  const { channels, dependencies, variables } = read.data;
  return all([
    // "nodefaults" keeps conda from its defaults; here the channels of a spec stand alone anyway.
    ...(channels ?? [])
      .filter((channel) => channel !== 'nodefaults')
      .map((channel, index) => channelOf(file, lineOf(['channels', index]), channel)),
    ...(dependencies ?? []).flatMap((dependency, index) =>
      typeof dependency === 'string'
        ? [dependency === 'pip' ? emptyRecipe : entryOf('conda', file, lineOf(['dependencies', index]), dependency)]
        : dependency.pip.map((entry, at) => requirementLine(file, lineOf(['dependencies', index, 'pip', at]), entry)),
    ),
    variablesOf(variables ?? {}),
  ]);
}

function variablesOf(variables: Readonly<Record<string, string | number | boolean>>): Recipe {
  return {
    ...emptyRecipe,
    env: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
  };
}

function runtime(file: string, text: string): Recipe {
  const [first] = linesOf(text);
  const python = /^python-(\d+\.\d+(?:\.\d+)?)$/.exec(first?.text ?? '')?.[1];
  return python === undefined
    ? lossOf(
        file,
        1,
        `${JSON.stringify(first?.text ?? '')}: only python-X.Y or python-X.Y.Z can be carried over; choose a base image with this runtime`,
      )
    : entryOf('conda', file, 1, `python=${python}`);
}

/** A statement of R goes on until its parentheses are closed. */
function statementsOf(text: string): ReturnType<typeof linesOf> {
  const found: { line: number; text: string }[] = [];
  let depth = 0;
  for (const { line, text: part } of linesOf(text)) {
    const last = found.at(-1);
    if (depth > 0 && last !== undefined) {
      last.text = `${last.text} ${part}`;
    } else {
      found.push({ line, text: part });
    }
    const opened = part.split('(').length - part.split(')').length;
    depth = Math.max(0, depth + opened);
  }
  return found;
}

/** `install.packages("x")` and `install.packages(c("x", "y"))` are what can be read without running it. */
function installR(file: string, text: string): Recipe {
  return all(
    statementsOf(text).map(({ line, text: statement }) => {
      const names = /^install\.packages\((?:\s*c\(([^()]*)\)|([^(),]*))(?:,[^()]*)?\)$/.exec(statement);
      const items = (names?.[1] ?? names?.[2] ?? '')
        .split(',')
        .map((item) => /^["']([A-Za-z0-9.]+)["']$/.exec(item.trim())?.[1]);
      // The statement is not repeated: it may hold a token.
      return items.includes(undefined)
        ? lossOf(
            file,
            line,
            'this is no plain install.packages("…"), and is not carried over; name R packages as r-… in packages.conda',
          )
        : all(items.map((name = '') => entryOf('conda', file, line, `r-${name.toLowerCase()}`)));
    }),
  );
}

/** What is lost of a file that nobody here reads. */
export function unsupportedLoss(file: string, name: string): Loss {
  return { file, line: 0, message: unsupported[name] ?? 'is not read' };
}
