import type { PackageManager } from './manager.ts';

/** Something of a source file that an ImageSpec cannot hold, at its line (from 1; 0 for the whole file). */
export interface Loss {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What of an environment was found so far. */
export interface Recipe {
  readonly packages: Readonly<Record<PackageManager, readonly string[]>>;
  readonly condaChannels: readonly string[];
  /** What replaces the default index; null: nothing does. */
  readonly index: string | null;
  readonly extraIndexes: readonly string[];
  /** Variables by name; of two, the later one counts. */
  readonly env: Readonly<Record<string, string>>;
  readonly losses: readonly Loss[];
}

/** Nothing yet. */
export const emptyRecipe: Recipe = {
  packages: { apt: [], conda: [], pip: [] },
  condaChannels: [],
  index: null,
  extraIndexes: [],
  env: {},
  losses: [],
};

/** Both together, each entry once, in the order of the files. */
export function joined(first: Recipe, second: Recipe): Recipe {
  const unique = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];
  return {
    packages: {
      apt: unique(first.packages.apt, second.packages.apt),
      conda: unique(first.packages.conda, second.packages.conda),
      pip: unique(first.packages.pip, second.packages.pip),
    },
    condaChannels: unique(first.condaChannels, second.condaChannels),
    index: first.index ?? second.index,
    extraIndexes: unique(first.extraIndexes, second.extraIndexes),
    env: { ...first.env, ...second.env },
    losses: [...first.losses, ...second.losses],
  };
}

const defaultIndex = 'https://pypi.org/simple';

/** `packages.pipIndexes`, whose first entry replaces the default index: extra ones alone need it named. */
export function pipIndexesOf({ index, extraIndexes }: Recipe): readonly string[] {
  const first = index ?? (extraIndexes.length === 0 ? null : defaultIndex);
  return first === null ? [] : [first, ...extraIndexes];
}
