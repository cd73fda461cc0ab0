import { type StepRow, stepRow } from '../../packages/failures.ts';
import { managerList } from '../../packages/managers.ts';
import { managerMissingMarker } from '../../packages/step.ts';

/** What comes before the package managers' own words, because those follow from it. */
export const causesOfSteps: readonly StepRow[] = [
  stepRow(
    'step-killed',
    'end',
    /signal: killed|exit status 137$/,
    'OutOfMemory',
    'a step is killed, most likely for memory',
    'a step of the build was killed, most likely for memory; raise spec.build.resources.limits.memory',
  ),
  stepRow(
    'manager-missing',
    'output',
    new RegExp(`^${managerMissingMarker} (?<manager>\\S+)$`, 'm'),
    'PackageManagerMissing',
    'the base lacks apt, conda, pip or R, and the spec has packages for it',
    'the base image has no {manager}; use another base, or another package list',
  ),
  stepRow(
    'step-disk-full',
    'output',
    /no space left on device|You don't have enough free space in|disk quota exceeded/i,
    'DiskFull',
    'a step finds the disk full',
    'a step of the build found the disk full; raise ephemeral-storage in spec.build.resources.limits',
  ),
  stepRow(
    'step-memory',
    'output',
    /Killed signal terminated program|^MemoryError\b|Cannot allocate memory|std::bad_alloc|heap out of memory|virtual memory exhausted/m,
    'OutOfMemory',
    'a program of a step gets no more memory',
    'a program of the build got no more memory; raise spec.build.resources.limits.memory',
  ),
  ...managerList.flatMap(({ failures }) => failures.causes),
  stepRow(
    'step-unreachable',
    'output',
    /curl: \((?:5|6|7|28|35|52|56)\) (?<said>[^\n]{1,200})|wget: unable to resolve host address ['‘](?<said>[^'’\n]{1,253})|wget: bad address '(?<said>[^'\n]{1,253})|unable to access '(?<said>[^'\n]{1,300})': (?:Could not resolve|Failed to connect|Recv failure|The requested URL returned error: 5)|error sending request for url[\s│]{1,20}\((?<said>[^)\s]{1,300})|network request to (?<said>\S{1,300}) failed|getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<said>\S{1,253})|dial tcp: lookup (?<said>\S{1,253})[^\n]{0,100} (?:no such host|i\/o timeout)/,
    'RunFailed',
    'a program of a step, such as curl, git, uv or npm, cannot reach a host',
    'a step could not reach a host ({said}); check the address and the proxy, then ask for a retry',
  ),
];

/** What comes behind them: a package was found and could not be built, or the step is no package manager's. */
export const otherSteps: readonly StepRow[] = [
  stepRow(
    'compiler-missing',
    'output',
    /error: command '(?<missing>[^' ]+)' failed: No such file or directory|unable to execute '(?<missing>[^' ]+)': No such file|Unknown compiler\(s\): \[\['(?<missing>cc|c\+\+)'/,
    'RunFailed',
    '{package} is built from source and the compiler is missing',
    '{package} is built from source and needs {missing}: {remedy}',
  ),
  stepRow(
    'header-missing',
    'output',
    /fatal error: (?<missing>\S+\.(?:h|hpp|hh)): No such file or directory/,
    'RunFailed',
    'a header of a system library is missing',
    '{package} is built from source and needs the header {missing}: {remedy}',
  ),
  stepRow(
    'library-missing',
    'output',
    /(?:\/ld|ld|collect2)[^\n]{0,300}: cannot find (?:-l)?(?<missing>[\w.+-]+)/,
    'RunFailed',
    'a system library is missing at linking',
    '{package} is built from source and needs the library {missing}: {remedy}',
  ),
  stepRow(
    'pg-config-missing',
    'output',
    /(?<missing>pg_config|mysql_config|gdal-config|krb5-config|curl-config)(?: executable)?(?: is)?:? not found/,
    'RunFailed',
    'the configuration program of a system library is missing',
    '{package} is built from source and needs {missing}: {remedy}',
  ),
  stepRow(
    'pkg-config-missing',
    'output',
    /(?<missing>pkg-config)(?:: not found|: command not found| is (?:not installed|required))|[Dd]id not find (?<missing>pkg-config)|Can not find valid (?<missing>pkg-config) name/,
    'RunFailed',
    'pkg-config, or what it should find, is missing',
    '{package} is built from source and asks pkg-config for a system library: {remedy}, and the -dev package of that library',
  ),
  stepRow(
    'dependency-missing',
    'output',
    /No package '(?<missing>[^']+)' found|Dependency "(?<missing>[^"]+)" not found|Could NOT find (?<missing>\w+) \(missing/,
    'RunFailed',
    'a system library is missing, says pkg-config, Meson or CMake',
    '{package} is built from source and needs the library {missing}: {remedy}',
  ),
  stepRow(
    'cmake-missing',
    'output',
    /(?<missing>CMake) is not installed on your system|(?<missing>cmake): (?:command )?not found|No such file or directory: '(?<missing>cmake)'/i,
    'RunFailed',
    'CMake is missing',
    '{package} is built from source and needs cmake: {remedy}',
  ),
  stepRow(
    'rust-missing',
    'output',
    /can't find (?<missing>Rust) compiler|(?<missing>Cargo), the Rust package manager, is not installed/,
    'RunFailed',
    'the Rust compiler is missing',
    '{package} is built from source and needs Rust: {remedy}, or ask for a version that comes as a wheel',
  ),
  stepRow(
    'fortran-missing',
    'output',
    /Unknown compiler\(s\): \[\['(?<missing>gfortran)'|(?<missing>[Gg]?[Ff]ortran) compiler (?:was )?not found/,
    'RunFailed',
    'the Fortran compiler is missing',
    '{package} is built from source and needs a Fortran compiler: {remedy}',
  ),
  stepRow(
    'git-missing',
    'output',
    /Cannot find command '(?<missing>git)'|(?<missing>git): (?:command )?not found/,
    'RunFailed',
    'a package is fetched with git, which is missing',
    '{package} is fetched with git, which the base does not have: {remedy}',
  ),
  ...managerList.flatMap(({ failures }) => failures.installs),
  stepRow(
    'step-not-root',
    'output',
    /(?:are you root\?|Could not open lock file|\/var\/lib\/(?:apt|dpkg)\S* .*Permission denied)/,
    'RunFailed',
    "a step of a user's Dockerfile needs root and runs as another user",
    'a step must be root and is not; put USER root before it, and the user of the base behind it',
  ),
  stepRow(
    'command-missing',
    'output',
    /^(?:\/bin\/(?:ba|da)?sh: )?(?:line )?(?:\d+: )?(?<missing>[\w./+-]+): (?:command )?not found$/m,
    'RunFailed',
    'a step calls a program that is not in the image',
    'a step calls {missing}, which is not in the image: {remedy}',
  ),
];

/** When no row matches what a step printed. */
export const anyStep: StepRow = stepRow(
  'step-failed',
  'end',
  /exit status (?<code>\d+)$/,
  'RunFailed',
  'a step ends with an error of its own',
  '{place}the step {command} ended with exit code {code}; its last lines are in status.failure.log',
);
