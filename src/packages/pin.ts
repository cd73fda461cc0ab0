import { entryFault, type Grammar } from './entries/entryFault.ts';

/** An entry of a list that asks for exactly what is installed, or why it stays as it is. */
export type Pin =
  | { readonly is: 'pinned'; readonly entry: string }
  /** `why` is the end of a sentence that starts with the entry. */
  | { readonly is: 'left'; readonly why: string };

/** The image does not have the package. */
export const absent: Pin = { is: 'left', why: 'was not installed by this build under this name' };

/** The pinned entry, if the manager's grammar takes it: not every installed version can be asked for. */
export function pinned(entry: string, grammar: Grammar): Pin {
  return entryFault(entry, grammar) === undefined
    ? { is: 'pinned', entry }
    : { is: 'left', why: `is installed in a version that no entry can ask for: ${entry}` };
}

/** The package of this name: that of the main environment, else the first. */
export function mainFirst<T extends { readonly name: string; readonly environment: string }>(
  packages: readonly T[],
  isAsked: (name: string) => boolean,
): T | undefined {
  const all = packages.filter(({ name }) => isAsked(name));
  return all.find(({ environment }) => environment === '') ?? all[0];
}
