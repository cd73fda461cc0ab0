import { entryFault, type Grammar } from '../../packages/entries/entryFault.ts';
import { byManager, type ManagerName } from '../../packages/names.ts';

/** Something of a source file that an ImageSpec cannot hold, at its line (from 1; 0 for the whole file). */
export interface Loss {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A requirement that only limits the version of a package that something else asks for. */
export interface Constraint {
  readonly file: string;
  readonly line: number;
  readonly entry: string;
}

/** Another file that a file names. */
export interface Include {
  /** The file that names it, and the line. */
  readonly file: string;
  readonly line: number;
  /** As it is written: relative to the folder of `file`. */
  readonly path: string;
  readonly use: 'requirements' | 'constraints';
}

/** A part of an environment that is installed only where `--with NAME` asks for it. */
export interface Choice {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** What of an environment was found so far. */
export interface Recipe {
  readonly packages: Readonly<Record<ManagerName, readonly string[]>>;
  readonly condaChannels: readonly string[];
  /** The day whose versions of R packages the user asks for. */
  readonly cranSnapshot: string | null;
  /** What replaces the default index; null: nothing does. */
  readonly index: string | null;
  readonly extraIndexes: readonly string[];
  /** Variables by name; of two, the later one counts. */
  readonly env: Readonly<Record<string, string>>;
  /** Build arguments by name. Several values of one are joined by blanks. */
  readonly args: Readonly<Record<string, readonly string[]>>;
  /** A whole Dockerfile, which nothing else can stand beside. */
  readonly dockerfile: { readonly file: string; readonly text: string } | null;
  readonly constraints: readonly Constraint[];
  readonly includes: readonly Include[];
  readonly choices: readonly Choice[];
  readonly losses: readonly Loss[];
}

/** Nothing yet. */
export const emptyRecipe: Recipe = {
  packages: byManager(() => []),
  condaChannels: [],
  cranSnapshot: null,
  index: null,
  extraIndexes: [],
  env: {},
  args: {},
  dockerfile: null,
  constraints: [],
  includes: [],
  choices: [],
  losses: [],
};

/** Reads one file of a repository. Parts that are optional are read where `wanted` names them. */
export type Reader = (file: string, text: string, wanted: ReadonlySet<string>) => Recipe;

/** A recipe of this loss alone. */
export function lossOf(file: string, line: number, message: string): Recipe {
  return { ...emptyRecipe, losses: [{ file, line, message }] };
}

/** A recipe that only says that there is an optional part. */
export function choiceOf(choice: Choice): Recipe {
  return { ...emptyRecipe, choices: [choice] };
}

/** A recipe of one entry, or of its fault. */
export function entryOf(manager: ManagerName, grammar: Grammar, file: string, line: number, entry: string): Recipe {
  const fault = entryFault(entry, grammar);
  return fault === undefined
    ? { ...emptyRecipe, packages: { ...emptyRecipe.packages, [manager]: [entry] } }
    : lossOf(file, line, fault);
}

/** All recipes together, each entry once, in the order of the files. Takes time linear in their number. */
export function joinedAll(parts: readonly Recipe[]): Recipe {
  const unique = (of: (part: Recipe) => readonly string[]) => [...new Set(parts.flatMap(of))];
  const firstOf = <T>(of: (part: Recipe) => T | null) => parts.map(of).find((value) => value !== null) ?? null;
  const args = new Map<string, readonly string[]>();
  for (const [name, values] of parts.flatMap((part) => Object.entries(part.args))) {
    args.set(name, [...new Set([...(args.get(name) ?? []), ...values])]);
  }
  return {
    packages: byManager((name) => unique(({ packages }) => packages[name])),
    condaChannels: unique(({ condaChannels }) => condaChannels),
    cranSnapshot: firstOf(({ cranSnapshot }) => cranSnapshot),
    index: firstOf(({ index }) => index),
    extraIndexes: unique(({ extraIndexes }) => extraIndexes),
    env: Object.fromEntries(parts.flatMap(({ env }) => Object.entries(env))),
    args: Object.fromEntries(args),
    dockerfile: firstOf(({ dockerfile }) => dockerfile),
    constraints: parts.flatMap(({ constraints }) => constraints),
    includes: parts.flatMap(({ includes }) => includes),
    choices: parts.flatMap(({ choices }) => choices),
    losses: parts.flatMap(({ losses }) => losses),
  };
}
