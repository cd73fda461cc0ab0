import type { PackageManager } from '../../packages/manager.ts';
import type { TextRow } from './row.ts';

/** A row of what a package manager says no to; `{packages}` in its message are the entries, with their places. */
export interface PackageRow extends TextRow {
  readonly seen: 'packages';
  readonly manager: PackageManager;
  readonly reason: 'PackageNotFound' | 'DependencyConflict';
  /** Finds each package: its first group is one, or a list of them that `separator` divides. */
  readonly names: RegExp;
  readonly separator: RegExp;
  /** What else must hold of the output. */
  readonly holds: (output: string) => boolean;
  /** The nearest match that the output offers, as the end of the sentence; '' when it offers none. */
  readonly hint: (output: string, names: readonly string[]) => string;
}

const noHint = () => '';

/** Every way in which apt names what it cannot install; one run can have them all. */
const aptNames =
  /E: (?:Unable to locate package |Couldn't find any package by (?:glob|regex) '|Package '|(?:Version|Release) '[^']*' for ')([^\s']+)/g;
const oneEach = /$^/;

type Parts = Pick<PackageRow, 'match' | 'what'> &
  Partial<Pick<PackageRow, 'also' | 'names' | 'separator' | 'holds' | 'hint'>>;

/** A row, seen in `ID.log`. Where nothing else says how the packages are named, the match itself does. */
function row(
  id: string,
  manager: PackageManager,
  reason: PackageRow['reason'],
  message: string,
  parts: Parts,
): PackageRow {
  return {
    seen: 'packages',
    id,
    manager,
    reason,
    message,
    names: new RegExp(parts.match, 'gm'),
    separator: oneEach,
    holds: () => true,
    hint: noHint,
    example: `${id}.log`,
    ...parts,
  };
}

const notFound = (manager: PackageManager) => `${manager} found no version of {packages}; check the name{hint}`;
const noVersion = (manager: PackageManager) => `${manager} has no such version: {packages}{hint}`;
const conflict = (manager: PackageManager) =>
  `${manager} finds no versions that go together{packages}; loosen one of them, status.failure.log says more`;

/** In this order: what is not found comes before the conflict that follows from it. */
export const packageRows: readonly PackageRow[] = [
  row('pip-python', 'pip', 'PackageNotFound', 'pip found no version of {packages} for the Python of the base{hint}', {
    what: 'the package has no version for the Python of the base image',
    match: /require a different python version: |requires a different Python/,
    names: /(?:No matching distribution found for ([^\s(]+)|Package '([^']+)' requires a different Python)/g,
    holds: (output) => passedOver(output) !== undefined,
    hint: pythonHint,
  }),
  row('pip-version', 'pip', 'PackageNotFound', noVersion('pip'), {
    what: 'the package has no such version',
    match: /\(from versions: (?!none\))/,
    also: /No matching distribution found for/,
    names: /No matching distribution found for ([^\s(]+)/g,
    hint: versionHint,
  }),
  row('pip-not-found', 'pip', 'PackageNotFound', notFound('pip'), {
    what: 'the index has no such package',
    match: /No matching distribution found for ([^\s(]+)/,
    hint: indexHint,
  }),
  row('apt-virtual', 'apt', 'PackageNotFound', 'apt has {packages} under other names{hint}', {
    what: 'the name stands for several packages, or for a newer one',
    match: /Package (\S+) is a virtual package provided by:|the following packages replace it:/,
    also: /has no installation candidate/,
    names: aptNames,
    hint: aptHint,
  }),
  row('apt-version', 'apt', 'PackageNotFound', noVersion('apt'), {
    what: 'the package has no such version or release',
    match: /E: (?:Version|Release) '[^']*' for '[^']+' was not found/,
    names: aptNames,
  }),
  row('apt-not-found', 'apt', 'PackageNotFound', notFound('apt'), {
    what: 'the archive has no such package',
    match: /E: (?:Unable to locate package |Couldn't find any package|Package '[^']+' has no installation candidate)/,
    names: aptNames,
  }),
  // conda: a list of what was asked for, one to a line.
  row('conda-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package',
    match: /PackagesNotFoundError:[^\n]*\n\s*((?:- [^\n]+\n?[ \t]*)+)/,
    separator: /\n/,
    hint: condaHint,
  }),
  // mamba 1 has a dash before the name, mamba 2 draws a tree; what a package of the list needs stands further in.
  row('mamba-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of mamba',
    match: /^\s*(?:[-├└]─?) ([\w.+-]+)(?: \S+){0,3} does not exist \(perhaps a typo/m,
    hint: condaHint,
  }),
  row('mamba-requested', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of libsolv',
    match: /nothing provides requested ([\w.+-]+)/,
    hint: condaHint,
  }),
  row('rattler-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of rattler',
    match: /No candidates were found for ([\w.+-]+)/,
    hint: condaHint,
  }),
  row('pip-conflict', 'pip', 'DependencyConflict', conflict('pip'), {
    what: 'two packages contradict each other',
    match: /ResolutionImpossible|conflicting dependencies|[Rr]esolution[- ]?[Tt]oo[- ]?[Dd]eep/,
    names: /Cannot install (.+?) because these package versions/g,
    separator: /, and |, | and /,
  }),
  row('apt-conflict', 'apt', 'DependencyConflict', conflict('apt'), {
    what: 'two packages contradict each other, or the installed ones',
    match: /unmet dependencies|held broken packages/,
    names: /^ (\S+) : (?:Depends|PreDepends|Conflicts|Breaks)/gm,
  }),
  row('conda-conflict', 'conda', 'DependencyConflict', conflict('conda'), {
    what: 'two packages contradict each other, or the installed ones',
    match:
      /LibMambaUnsatisfiableError|UnsatisfiableError|Cannot solve the request|Could not solve for environment specs/,
    names:
      /^\s*(?:- )?[├└]─ ([\w.+-]+)|^\s*- package ([\w.+-]+?)-\d\S* requires|because of: ([\w.+-]+) \S+ cannot be installed/gm,
  }),
];

/** A version that would do, were the base's Python another. */
interface PassedOver {
  readonly version: string;
  readonly python: string;
}

/** What pip passed over for its Python: the very version that is asked for, or the newest where there is none at all. */
function passedOver(output: string): PassedOver | undefined {
  const other = /Package '[^']+' requires a different Python: \S+ not in '([^']+)'/.exec(output)?.[1];
  if (other !== undefined) {
    return { version: 'it', python: other };
  }
  const listed = /require a different python version: ([^\n]*)/.exec(output)?.[1] ?? '';
  const versions = [...listed.matchAll(/([^\s;]+) Requires-Python ([^;]+)/g)].map(([, version = '', python = '']) => ({
    version,
    python,
  }));
  const wanted = /No matching distribution found for [^\s=(]+={2,3}([^\s,(]+)/.exec(output)?.[1];
  return output.includes('(from versions: none)')
    ? versions.at(-1)
    : versions.find(({ version }) => version === wanted);
}

/** `: 2.4.0 needs Python >=3.12`. */
function pythonHint(output: string): string {
  const over = passedOver(output);
  return over === undefined ? '' : `: ${over.version} needs Python ${over.python}`;
}

/** Without a terminal to ask at, pip says nothing of an index that answers 401 (pip/_internal/network/auth.py). */
function indexHint(output: string): string {
  return /^Looking in indexes: /m.test(output)
    ? '; to pip an index that refuses the access looks the same, so check packages.credentialsSecret too'
    : '';
}

/** The version that comes closest to the one that was asked for, of those that pip lists in ascending order. */
function versionHint(output: string, names: readonly string[]): string {
  const versions = (/\(from versions: ([^)]*)\)/.exec(output)?.[1] ?? '').split(', ').filter((text) => text !== '');
  const newest = versions.at(-1);
  const wanted = /[=~<>]=?=?\s*(\d[\w.!+-]*)/.exec(names[0] ?? '')?.[1];
  const closest =
    wanted === undefined ? newest : (versions.findLast((text) => compare(text, wanted) <= 0) ?? versions[0]);
  if (newest === undefined || closest === undefined) {
    return '';
  }
  return closest === newest ? `; the newest is ${newest}` : `; the closest is ${closest}, the newest ${newest}`;
}

/** By the numbers in them; good enough to say what is near. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => (text.match(/\d+/g) ?? []).map(Number));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** What apt lists as providing or replacing the package. */
function aptHint(output: string): string {
  const list = /(?:is a virtual package provided by:|the following packages replace it:)\n((?:[ \t]+\S.*\n?)+)/.exec(
    output,
  );
  const names = (list?.[1] ?? '')
    .split('\n')
    .flatMap((line) => line.trim().split(/[ \t(]/, 1))
    .filter((name) => name !== '');
  return names.length === 0 ? '' : `; choose one of ${[...new Set(names)].slice(0, 5).join(', ')}`;
}

/** What conda's own output offers instead. */
function condaHint(output: string): string {
  const offered = /did you mean:?\s*'?"?([\w.+-]+)/i.exec(output)?.[1];
  return offered === undefined ? '' : `; the channels have ${offered}`;
}
