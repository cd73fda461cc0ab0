import {
  buildsNothing,
  conflict,
  type ManagerFailures,
  notFound,
  type PackageRow,
  packageRow,
  type StepRow,
  stepRow,
} from '../failures.ts';

const causes: readonly StepRow[] = [
  stepRow(
    'conda-unreachable',
    'output',
    /CondaHTTPError|CondaSSLError|UnavailableInvalidChannel|Download error \(\d+\)/,
    'RunFailed',
    'conda cannot read a channel; not tried again, as a wrong address looks the same',
    'conda could not read a channel; check packages.condaChannels and the proxy, then ask for a retry',
  ),
];

/** In this order: what is not found comes before the conflict that follows from it. */
const packages: readonly PackageRow[] = [
  // conda: a list of the requested packages, one per line.
  packageRow('conda-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package',
    match: /PackagesNotFoundError:[^\n]{0,200}\n\s*((?:- [^\n]+\n?[ \t]*)+)/,
    separator: /\n/,
    hint: condaHint,
  }),
  // mamba 1 has a dash before the name, mamba 2 draws a tree; what a package of the list needs stands further in.
  packageRow('mamba-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of mamba',
    match: /^\s*(?:[-├└]─?) ([\w.+-]+)(?: \S+){0,3} does not exist \(perhaps a typo/m,
    hint: condaHint,
  }),
  packageRow('mamba-requested', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of libsolv',
    match: /nothing provides requested ([\w.+-]+)/,
    hint: condaHint,
  }),
  packageRow('rattler-not-found', 'conda', 'PackageNotFound', notFound('conda'), {
    what: 'the channels have no such package or version, in the words of rattler',
    match: /No candidates were found for ([\w.+-]+)/,
    hint: condaHint,
  }),
  packageRow('conda-conflict', 'conda', 'DependencyConflict', conflict('conda'), {
    what: 'two packages contradict each other, or the installed ones',
    match:
      /LibMambaUnsatisfiableError|UnsatisfiableError|Cannot solve the request|Could not solve for environment specs/,
    names:
      /^\s*(?:- )?[├└]─ ([\w.+-]+)|^\s*- package ([\w.+-]+?)-\d\S* requires|because of: ([\w.+-]+) \S+ cannot be installed/gm,
  }),
];

/** How conda's steps fail. */
export const condaFailures: ManagerFailures = { causes, packages, installs: [], builtPackage: buildsNothing };

/** What conda's own output offers instead. */
function condaHint(output: string): string {
  const offered = /did you mean:?\s*'?"?([\w.+-]+)/i.exec(output)?.[1];
  return offered === undefined ? '' : `; the channels have ${offered}`;
}
