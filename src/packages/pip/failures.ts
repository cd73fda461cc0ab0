import { le, valid } from '@renovatebot/pep440';
import {
  conflict,
  type FieldWords,
  type ManagerFailures,
  notFound,
  noVersion,
  type PackageRow,
  packageRow,
  type StepRow,
  stepRow,
} from '../failures.ts';

const causes: readonly StepRow[] = [
  stepRow(
    'pip-certificate',
    'output',
    [/CERTIFICATE_VERIFY_FAILED|problem confirming the ssl certificate/, /pip|index|simple/],
    'RunFailed',
    "the certificate of pip's index is not trusted in the step",
    "pip does not trust the certificate of its index; the administrator adds the index's authority to caBundle",
  ),
  stepRow(
    'pip-unreachable',
    'output',
    // The last of the attempts. With another index that answers, pip goes on, and lists the versions of that one.
    [/Retrying \(Retry\(total=0\b[^\n]{0,1000}: (?<path>\/\S{0,300})$/m, /No matching distribution found/],
    'RunFailed',
    'pip cannot reach an index; not tried again, as a wrong address looks the same',
    'pip could not reach {index} (asked for {path}), so nothing is known about the packages; check {indexes} and the proxy, then ask for a retry',
    unreachedIndex,
  ),
  stepRow(
    'pip-download',
    'output',
    [
      /HTTPS?ConnectionPool\(host='(?<host>[^'\n]{1,253})'[^\n]{0,200}(?:Max retries exceeded|Read timed out)|^error: (?<host>incomplete-download)$/m,
      /^(?:ERROR: (?:Could not install packages due to an OSError|Exception:|Could not install requirement|Download failed)|error: incomplete-download$|pip\._vendor\.)/m,
    ],
    'RunFailed',
    'a download by pip breaks off, or its host is not reached',
    'pip could not download a file ({host}): the packages are known, and their server does not answer; check the proxy, then ask for a retry',
  ),
  stepRow(
    'pip-address',
    'output',
    /^ERROR: (?:HTTP error (?<code>\d{3}) while getting (?<url>\S{1,300})|Could not install requirement [^\n]{0,500} because of HTTP error (?<code>\d{3}) [^\n]{0,200}for url: (?<url>\S{1,300}))/m,
    'RunFailed',
    'a server refuses the file of a package that is named by its address',
    'the server answers {code} for {url}; correct the address, or ask its administrator, then ask for a retry',
  ),
];

/** In this order: what is not found comes before the conflict that follows from it. */
const packages: readonly PackageRow[] = [
  packageRow(
    'pip-python',
    'pip',
    'PackageNotFound',
    'pip found no version of {packages} for the Python of the base{hint}',
    {
      what: 'the package has no version for the Python of the base image',
      match: /require a different python version: |requires a different Python/,
      names: /(?:No matching distribution found for ([^\s(]+)|Package '([^']+)' requires a different Python)/g,
      holds: (output) => passedOver(output) !== undefined,
      hint: pythonHint,
    },
  ),
  packageRow('pip-version', 'pip', 'PackageNotFound', noVersion('pip'), {
    what: 'the package has no such version',
    match: /\(from versions: (?!none\))/,
    also: /No matching distribution found for/,
    names: /No matching distribution found for ([^\s(]+)/g,
    hint: versionHint,
  }),
  packageRow('pip-not-found', 'pip', 'PackageNotFound', notFound('pip'), {
    what: 'the index has no such package',
    match: /No matching distribution found for ([^\s(]+)/,
    hint: indexHint,
  }),
  packageRow('pip-conflict', 'pip', 'DependencyConflict', conflict('pip'), {
    what: 'two packages contradict each other',
    match: /ResolutionImpossible|conflicting dependencies|[Rr]esolution[- ]?[Tt]oo[- ]?[Dd]eep/,
    names: /Cannot install (.{1,1000}?) because these package versions/g,
    separator: /, and |, | and /,
  }),
];

const installs: readonly StepRow[] = [
  stepRow(
    'pip-externally-managed',
    'output',
    /externally-managed-environment/,
    'RunFailed',
    "pip may not touch the operating system's own Python (PEP 668)",
    "this Python belongs to the operating system, and pip may not change it; take a base with an environment of its own, such as Jupyter's docker-stacks, or make a virtual environment",
  ),
  stepRow(
    'pip-wheel-foreign',
    'output',
    /(?<wheel>\S+\.whl) is not a supported wheel on this platform/,
    'RunFailed',
    'a wheel is made for another Python or processor',
    '{wheel} is made for another Python or processor than the base has',
  ),
  stepRow(
    'wheel-failed',
    'output',
    /Failed building wheel for|Failed to build|metadata-generation-failed|legacy-install-failure|subprocess-exited-with-error/,
    'RunFailed',
    'a package is built from source, and that fails',
    '{package} is built from source, and that fails; the log says why, and a version that comes as a wheel helps',
  ),
];

/** How pip's steps fail. */
export const pipFailures: ManagerFailures = { causes, packages, installs, builtPackage };

/** The package that pip was building from source when it gave up: it says so in one of several ways. */
function builtPackage(output: string): string | undefined {
  const failed =
    /Failed building wheel for (\S+)/.exec(output)?.[1] ??
    /Failed to build '([^'\n]{1,200})' when /.exec(output)?.[1] ??
    /error while trying to install package\.\n╰─> (\S+)/.exec(output)?.[1];
  const isBuild = /Preparing metadata|egg_info|Getting requirements to build wheel|metadata-generation-failed/.test(
    output,
  );
  const collected = isBuild ? [...output.matchAll(/^Collecting ([A-Za-z0-9._-]+)/gm)].at(-1)?.[1] : undefined;
  return failed ?? collected;
}

/** A version that would do, were the base's Python another. */
interface PassedOver {
  readonly version: string;
  readonly python: string;
}

/** The version that pip skipped because of its Python: the requested version, or the newest if pip skipped them all. */
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
function indexHint(output: string, _names: readonly string[], { credentials }: FieldWords): string {
  return /^Looking in indexes: /m.test(output)
    ? `; to pip an index that refuses the access looks the same, so check ${credentials} too`
    : '';
}

/** The index that does not answer: pip reports the path that it asked for, and at the start the indexes. */
function unreachedIndex(output: string): Readonly<Record<string, string>> {
  const path = /Retrying \(Retry\(total=0\b[^\n]{0,1000}: (\/\S{0,300})$/m.exec(output)?.[1] ?? '';
  const indexes = (/^Looking in indexes: ([^\n]{1,4000})/m.exec(output)?.[1] ?? '').split(', ');
  const index = indexes.find((url) => path.startsWith(`${/^https?:\/\/[^/]+(.*?)\/?$/.exec(url)?.[1] ?? '\n'}/`));
  return { index: index ?? 'its index' };
}

/** The version closest to the requested one. pip lists the versions in ascending order. */
function versionHint(output: string, names: readonly string[]): string {
  const versions = (/\(from versions: ([^)]*)\)/.exec(output)?.[1] ?? '')
    .split(', ')
    .filter((text) => valid(text) !== null);
  const newest = versions.at(-1);
  const wanted = /[=~<>]=?=?\s*(\d[\w.!+-]*)/.exec(names[0] ?? '')?.[1];
  const closest =
    wanted === undefined || valid(wanted) === null
      ? newest
      : (versions.findLast((text) => le(text, wanted)) ?? versions[0]);
  if (newest === undefined || closest === undefined) {
    return '';
  }
  return closest === newest ? `; the newest is ${newest}` : `; the closest is ${closest}, the newest ${newest}`;
}
