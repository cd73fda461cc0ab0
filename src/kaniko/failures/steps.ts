import type { FailureReason } from '../../api/failureReasons.ts';
import { managerMissingMarker } from '../../dockerfile/render.ts';
import type { TextRow } from './row.ts';

/** What a step of the build can fail by: a person must help, so none of these is tried again. */
export type StepReason = Extract<
  FailureReason,
  'PackageManagerMissing' | 'PackageNotFound' | 'DependencyConflict' | 'RunFailed' | 'OutOfMemory' | 'DiskFull'
>;

/**
 * A row of what a RUN step printed, or of Kaniko's word on how the step ended. In messages `{missing}` is a program, header
 * or library, `{remedy}` says what to install for it, and `{package}` is what was being built from source.
 */
export interface StepRow extends TextRow {
  readonly seen: 'step';
  /** `end`: Kaniko's word on the step. `output`: what the step itself printed. */
  readonly look: 'end' | 'output';
  readonly reason: StepReason;
}

/** A row, seen in `ID.log`. */
function row(
  id: string,
  look: StepRow['look'],
  match: RegExp | readonly [RegExp, RegExp],
  reason: StepReason,
  what: string,
  message: string,
): StepRow {
  const matches = match instanceof RegExp ? { match } : { match: match[0], also: match[1] };
  return { seen: 'step', id, look, ...matches, reason, what, message, example: `${id}.log` };
}

const noConnection =
  'NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|Connection refused|Failed to resolve|Temporary failure in name resolution';

/** What comes before the package managers' own words, because those follow from it. */
export const causesOfSteps: readonly StepRow[] = [
  row(
    'step-killed',
    'end',
    /signal: killed|exit status 137$/,
    'OutOfMemory',
    'a step is killed, most likely for memory',
    'a step of the build was killed, most likely for memory; raise spec.build.resources.limits.memory',
  ),
  row(
    'manager-missing',
    'output',
    new RegExp(`^${managerMissingMarker} (?<manager>\\S+)$`, 'm'),
    'PackageManagerMissing',
    'the base lacks apt, conda or pip, and the spec has packages for it',
    'the base image has no {manager}; use another base, or another package list',
  ),
  row(
    'step-disk-full',
    'output',
    /no space left on device|You don't have enough free space in|disk quota exceeded/i,
    'DiskFull',
    'a step finds the disk full',
    'a step of the build found the disk full; raise ephemeral-storage in spec.build.resources.limits',
  ),
  row(
    'step-memory',
    'output',
    /Killed signal terminated program|^MemoryError\b|Cannot allocate memory|std::bad_alloc|heap out of memory|virtual memory exhausted/m,
    'OutOfMemory',
    'a program of a step gets no more memory',
    'a program of the build got no more memory; raise spec.build.resources.limits.memory',
  ),
  row(
    'pip-certificate',
    'output',
    [/CERTIFICATE_VERIFY_FAILED|problem confirming the ssl certificate/, /pip|index|simple/],
    'RunFailed',
    "the certificate of pip's index is not trusted in the step",
    "pip does not trust the certificate of its index; the administrator adds the index's authority to caBundle",
  ),
  row(
    'pip-unreachable',
    'output',
    [new RegExp(`Retrying \\(Retry\\(.*(?:${noConnection}).*: (?<path>\\S+)`), /from versions: none/],
    'RunFailed',
    'pip cannot reach its index; not tried again, as a wrong address looks the same',
    'pip could not reach its index (asked for {path}), so nothing is known about the packages; check packages.pipIndexes and the proxy, then ask for a retry',
  ),
  row(
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
  row(
    'conda-unreachable',
    'output',
    /CondaHTTPError|CondaSSLError|UnavailableInvalidChannel|Download error \(\d+\)/,
    'RunFailed',
    'conda cannot read a channel; not tried again, as a wrong address looks the same',
    'conda could not read a channel; check packages.condaChannels and the proxy, then ask for a retry',
  ),
];

/** What comes behind them: a package was found and could not be built, or the step is no package manager's. */
export const otherSteps: readonly StepRow[] = [
  row(
    'compiler-missing',
    'output',
    /error: command '(?<missing>[^' ]+)' failed: No such file or directory|unable to execute '(?<missing>[^' ]+)': No such file|Unknown compiler\(s\): \[\['(?<missing>cc|c\+\+)'/,
    'RunFailed',
    '{package} is built from source and the compiler is missing',
    '{package} is built from source and needs {missing}: {remedy}',
  ),
  row(
    'header-missing',
    'output',
    /fatal error: (?<missing>\S+\.(?:h|hpp|hh)): No such file or directory/,
    'RunFailed',
    'a header of a system library is missing',
    '{package} is built from source and needs the header {missing}: {remedy}',
  ),
  row(
    'library-missing',
    'output',
    /(?:\/ld|ld|collect2)[^\n]*: cannot find (?:-l)?(?<missing>[\w.+-]+)/,
    'RunFailed',
    'a system library is missing at linking',
    '{package} is built from source and needs the library {missing}: {remedy}',
  ),
  row(
    'pg-config-missing',
    'output',
    /(?<missing>pg_config|mysql_config|gdal-config|krb5-config|curl-config)(?: executable)?(?: is)?:? not found/,
    'RunFailed',
    'the configuration program of a system library is missing',
    '{package} is built from source and needs {missing}: {remedy}',
  ),
  row(
    'pkg-config-missing',
    'output',
    /(?<missing>pkg-config)(?:: not found|: command not found| is (?:not installed|required))|[Dd]id not find (?<missing>pkg-config)|Can not find valid (?<missing>pkg-config) name/,
    'RunFailed',
    'pkg-config, or what it should find, is missing',
    '{package} is built from source and asks pkg-config for a system library: {remedy}, and the -dev package of that library',
  ),
  row(
    'dependency-missing',
    'output',
    /No package '(?<missing>[^']+)' found|Dependency "(?<missing>[^"]+)" not found|Could NOT find (?<missing>\w+) \(missing/,
    'RunFailed',
    'a system library is missing, says pkg-config, Meson or CMake',
    '{package} is built from source and needs the library {missing}: {remedy}',
  ),
  row(
    'cmake-missing',
    'output',
    /(?<missing>CMake) is not installed on your system|(?<missing>cmake): (?:command )?not found|No such file or directory: '(?<missing>cmake)'/i,
    'RunFailed',
    'CMake is missing',
    '{package} is built from source and needs cmake: {remedy}',
  ),
  row(
    'rust-missing',
    'output',
    /can't find (?<missing>Rust) compiler|(?<missing>Cargo), the Rust package manager, is not installed/,
    'RunFailed',
    'the Rust compiler is missing',
    '{package} is built from source and needs Rust: {remedy}, or ask for a version that comes as a wheel',
  ),
  row(
    'fortran-missing',
    'output',
    /Unknown compiler\(s\): \[\['(?<missing>gfortran)'|(?<missing>[Gg]?[Ff]ortran) compiler (?:was )?not found/,
    'RunFailed',
    'the Fortran compiler is missing',
    '{package} is built from source and needs a Fortran compiler: {remedy}',
  ),
  row(
    'git-missing',
    'output',
    /Cannot find command '(?<missing>git)'|(?<missing>git): (?:command )?not found/,
    'RunFailed',
    'a package is fetched with git, which is missing',
    '{package} is fetched with git, which the base does not have: {remedy}',
  ),
  row(
    'pip-externally-managed',
    'output',
    /externally-managed-environment/,
    'RunFailed',
    "pip may not touch the operating system's own Python (PEP 668)",
    "this Python belongs to the operating system, and pip may not change it; take a base with an environment of its own, such as Jupyter's docker-stacks, or make a virtual environment",
  ),
  row(
    'pip-wheel-foreign',
    'output',
    /(?<wheel>\S+\.whl) is not a supported wheel on this platform/,
    'RunFailed',
    'a wheel is made for another Python or processor',
    '{wheel} is made for another Python or processor than the base has',
  ),
  row(
    'apt-untrusted',
    'output',
    /The repository '(?<repository>[^']+)' is not signed/,
    'RunFailed',
    "the key of apt's archive is not known",
    'apt does not trust {repository}; its signing key must be in the base image',
  ),
  row(
    'step-not-root',
    'output',
    /(?:are you root\?|Could not open lock file|\/var\/lib\/(?:apt|dpkg)\S* .*Permission denied)/,
    'RunFailed',
    'a step of an own Dockerfile does not run as root and has to',
    'a step must be root and is not; put USER root before it, and the user of the base behind it',
  ),
  row(
    'wheel-failed',
    'output',
    /Failed building wheel for|Failed to build|metadata-generation-failed|legacy-install-failure|subprocess-exited-with-error/,
    'RunFailed',
    'a package is built from source, and that fails',
    '{package} is built from source, and that fails; the log says why, and a version that comes as a wheel helps',
  ),
  row(
    'command-missing',
    'output',
    /^(?:\/bin\/(?:ba|da)?sh: )?(?:line )?(?:\d+: )?(?<missing>[\w./+-]+): (?:command )?not found$/m,
    'RunFailed',
    'a step calls a program that is not in the image',
    'a step calls {missing}, which is not in the image: {remedy}',
  ),
];

/** When no row matches what a step printed. */
export const anyStep: StepRow = row(
  'step-failed',
  'end',
  /exit status (?<code>\d+)$/,
  'RunFailed',
  'a step ends with an error of its own',
  'the step {command} ended with exit code {code}; its last lines are in status.failure.log',
);
