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
    'apt-https',
    'output',
    /^E: The method driver \S{1,200}\/https could not be found/m,
    'RunFailed',
    "the base's apt is too old to read https",
    'the apt of the base image cannot read an archive by https; take a newer base image, or a mirror by http',
  ),
  stepRow(
    'apt-release',
    'output',
    /^E: The repository '(?<repository>[^'\n]{1,300})' (?:does not have|does no longer have|no longer has) a Release file/m,
    'RunFailed',
    "the archive does not have this release of the base's system",
    'the archive has no {repository}: a mirror that lacks it, or a release that is past its end; check the mirror, or take a newer base image',
  ),
  stepRow(
    'apt-unreachable',
    'output',
    [
      /^[WE]: Failed to fetch (?<url>\S+)/m,
      /Unable to locate package|has no installation candidate|Unable to fetch some archives|Couldn't find any package|^E: (?:Version|Release) '|unmet dependencies|^E: Some index files failed to download/m,
    ],
    'RunFailed',
    'apt cannot reach its archive; not tried again, as a wrong address looks the same',
    'apt could not fetch {url}, so nothing is known about the packages; check the mirror and the proxy, then ask for a retry',
  ),
  stepRow(
    'apt-time',
    'output',
    /^E: Release file for (?<url>\S{1,300}) is (?:not valid yet|expired) \(invalid/m,
    'RunFailed',
    "the archive's index is from another time than the node's clock",
    "apt does not take the index of {url}, which is from another time than the node's clock; check the mirror and the clock",
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
