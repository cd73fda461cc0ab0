import { type Failure, failureOf } from '../api/failure.ts';
import type { Source } from '../spec/effective.ts';
import { type PackageManager, packageManagers } from '../spec/packages/manager.ts';

/** How a package manager says no. */
interface Refusal {
  readonly manager: PackageManager;
  readonly reason: 'PackageNotFound' | 'DependencyConflict';
  /** Finds the lines; its first group, where there is one, is the package, or a list with one package per line. */
  readonly match: RegExp;
}

/** In this order: what is not found comes before the conflict that follows from it. */
const refusals: readonly Refusal[] = [
  { manager: 'pip', match: /No matching distribution found for ([^\s(]+)/g, reason: 'PackageNotFound' },
  { manager: 'pip', match: /ResolutionImpossible|conflicting dependencies/g, reason: 'DependencyConflict' },
  { manager: 'apt', match: /E: Unable to locate package (\S+)/g, reason: 'PackageNotFound' },
  { manager: 'apt', match: /E: Couldn't find any package by (?:glob|regex) '([^']+)'/g, reason: 'PackageNotFound' },
  { manager: 'apt', match: /E: Version '[^']*' for '([^']+)' was not found/g, reason: 'PackageNotFound' },
  { manager: 'apt', match: /E: Release '[^']*' for '([^']+)' was not found/g, reason: 'PackageNotFound' },
  { manager: 'apt', match: /E: Package '([^']+)' has no installation candidate/g, reason: 'PackageNotFound' },
  {
    manager: 'apt',
    match: /E: Unable to correct problems, you have held broken packages/g,
    reason: 'DependencyConflict',
  },
  // conda: a list of what was asked for, one to a line.
  {
    manager: 'conda',
    match: /PackagesNotFoundError:[^\n]*\n\s*((?:- [^\n]+\n?[ \t]*)+)/g,
    reason: 'PackageNotFound',
  },
  { manager: 'conda', match: /nothing provides (?:requested )?(\S+)/g, reason: 'PackageNotFound' },
  // mamba 1 has a dash before the name, mamba 2 draws a tree.
  { manager: 'conda', match: /[-─] (\S+)(?: \S+){0,2} does not exist/g, reason: 'PackageNotFound' },
  { manager: 'conda', match: /No candidates were found for (\S+)/g, reason: 'PackageNotFound' },
  {
    manager: 'conda',
    match: /LibMambaUnsatisfiableError|UnsatisfiableError|Cannot solve the request|libmamba Could not solve/g,
    reason: 'DependencyConflict',
  },
];

/**
 * What a package manager said no to, or undefined when none did.
 * @param text output of the RUN steps without control characters
 */
export function packageFailure(text: string, source: Source): Failure | undefined {
  for (const { manager, match, reason } of refusals) {
    const found = [...text.matchAll(match)];
    if (found.length > 0) {
      const packages = [...new Set(found.flatMap(([, named]) => (named === undefined ? [] : entries(named))))];
      return { ...failureOf(reason, packageMessage(manager, reason, packages, source)), packages };
    }
  }
  return undefined;
}

/** One package, or the items of a list with a dash before each. */
function entries(named: string): readonly string[] {
  return named
    .split('\n')
    .map((line) => line.trim().replace(/^- /, ''))
    .filter((line) => line !== '');
}

function packageMessage(
  manager: PackageManager,
  reason: 'PackageNotFound' | 'DependencyConflict',
  packages: readonly string[],
  source: Source,
): string {
  if (reason === 'DependencyConflict') {
    return `${manager} finds no versions that go together; see status.failure.log and loosen one of them`;
  }
  return `${manager} found no version of ${packages.map((name) => `"${name}"${place(name, source)}`).join(', ')}; check the name`;
}

/** ` in packages.pip[0]`, when the spec has an entry that starts with this name. */
function place(name: string, source: Source): string {
  if (source.is === 'dockerfile') {
    return '';
  }
  const bare = bareName(name);
  for (const manager of packageManagers) {
    const index = source[manager].findIndex((entry) => bareName(entry) === bare);
    if (index !== -1) {
      return ` in packages.${manager}[${index}]`;
    }
  }
  return '';
}

function bareName(entry: string): string {
  return (/^(?:.*::)?([A-Za-z0-9._+-]+)/.exec(entry)?.[1] ?? entry).toLowerCase().replaceAll(/[-_.]+/g, '-');
}
