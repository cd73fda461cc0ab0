import {
  buildsNothing,
  conflict,
  type ManagerFailures,
  notFound,
  noVersion,
  type PackageRow,
  packageRow,
  type StepRow,
  stepRow,
} from '../failures.ts';

/** Every way in which apt names what it cannot install; one run can have them all. */
const aptNames =
  /E: (?:Unable to locate package |Couldn't find any package by (?:glob|regex) '|Package '|(?:Version|Release) '[^']*' for ')([^\s']+)/g;

const causes: readonly StepRow[] = [
  stepRow(
    'apt-unreachable',
    'output',
    [
      /^[WE]: Failed to fetch (?<url>\S+)/m,
      /Unable to locate package|has no installation candidate|Unable to fetch some archives/,
    ],
    'RunFailed',
    'apt cannot reach its archive; not tried again, as a wrong address looks the same',
    'apt could not fetch {url}, so nothing is known about the packages; check the mirror and the proxy, then ask for a retry',
  ),
];

/** In this order: what is not found comes before the conflict that follows from it. */
const packages: readonly PackageRow[] = [
  packageRow('apt-virtual', 'apt', 'PackageNotFound', 'apt has {packages} under other names{hint}', {
    what: 'the name stands for several packages, or for a newer one',
    match: /Package (\S+) is a virtual package provided by:|the following packages replace it:/,
    also: /has no installation candidate/,
    names: aptNames,
    hint: aptHint,
  }),
  packageRow('apt-version', 'apt', 'PackageNotFound', noVersion('apt'), {
    what: 'the package has no such version or release',
    match: /E: (?:Version|Release) '[^']*' for '[^']+' was not found/,
    names: aptNames,
  }),
  packageRow('apt-not-found', 'apt', 'PackageNotFound', notFound('apt'), {
    what: 'the archive has no such package',
    match: /E: (?:Unable to locate package |Couldn't find any package|Package '[^']+' has no installation candidate)/,
    names: aptNames,
  }),
  packageRow('apt-conflict', 'apt', 'DependencyConflict', conflict('apt'), {
    what: 'two packages contradict each other, or the installed ones',
    match: /unmet dependencies|held broken packages/,
    names: /^ (\S+) : (?:Depends|PreDepends|Conflicts|Breaks)/gm,
  }),
];

const installs: readonly StepRow[] = [
  stepRow(
    'apt-untrusted',
    'output',
    /The repository '(?<repository>[^']+)' is not signed/,
    'RunFailed',
    "the key of apt's archive is not known",
    'apt does not trust {repository}; its signing key must be in the base image',
  ),
];

/** How apt's steps fail. */
export const aptFailures: ManagerFailures = { causes, packages, installs, builtPackage: buildsNothing };

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
