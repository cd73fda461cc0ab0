import { entryFault, type Grammar } from './entries/entryFault.ts';
import { byManager, type ManagerName } from './names.ts';

/** Something of a source file that an ImageSpec cannot hold, at its line (from 1; 0 for the whole file). */
export interface Loss {
  readonly file: string;
  readonly line: number;
  readonly message: string;
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
  losses: [],
};

/** Both together, each entry once, in the order of the files. */
export function joined(first: Recipe, second: Recipe): Recipe {
  const unique = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];
  return {
    packages: byManager((name) => unique(first.packages[name], second.packages[name])),
    condaChannels: unique(first.condaChannels, second.condaChannels),
    cranSnapshot: first.cranSnapshot ?? second.cranSnapshot,
    index: first.index ?? second.index,
    extraIndexes: unique(first.extraIndexes, second.extraIndexes),
    env: { ...first.env, ...second.env },
    losses: [...first.losses, ...second.losses],
  };
}

/** Reads one file of a repository. repo2docker documents the files ("Configuration Files"). */
export type Reader = (file: string, text: string) => Recipe;

/** A recipe of this loss alone. */
export function lossOf(file: string, line: number, message: string): Recipe {
  return { ...emptyRecipe, losses: [{ file, line, message }] };
}

/** A recipe of one entry, or of its fault. */
export function entryOf(manager: ManagerName, grammar: Grammar, file: string, line: number, entry: string): Recipe {
  const fault = entryFault(entry, grammar);
  return fault === undefined
    ? { ...emptyRecipe, packages: { ...emptyRecipe.packages, [manager]: [entry] } }
    : lossOf(file, line, fault);
}

/** All recipes together, in their order. */
export function joinedAll(parts: readonly Recipe[]): Recipe {
  return parts.reduce(joined, emptyRecipe);
}

/** Lines with their numbers (from 1), without comments and empty ones, continued lines joined. */
export function linesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
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
