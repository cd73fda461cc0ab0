import { reasonOfExitCode } from '../api/agentExitCodes.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import type { FailureReason } from '../api/reasons.ts';
import { managerMissingMarker } from '../dockerfile/render.ts';
import type { Source } from '../spec/effective.ts';
import { type PackageManager, packageManagers } from '../spec/packages.ts';
import { plainText } from './log.ts';

/** What Kaniko's own last line says: `{match}` is tried in order on that line alone, as RUN output can hold anything. */
const builderLines: readonly { readonly match: RegExp; readonly reason: FailureReason; readonly message: string }[] = [
  {
    match: /MANIFEST_UNKNOWN|NAME_UNKNOWN|NOT_FOUND/,
    reason: 'BaseImageNotFound',
    message: 'a base image was not found',
  },
  {
    match: /UNAUTHORIZED|DENIED|status code 40[13]/,
    reason: 'BaseImageUnauthorized',
    message: 'a base image was not found, or there is no access to it',
  },
  { match: /TOOMANYREQUESTS|status code 429/, reason: 'RateLimited', message: 'the registry limits the rate' },
  { match: /x509:|certificate/, reason: 'CertificateUntrusted', message: "a registry's certificate is not trusted" },
  {
    match: /no space left on device/,
    reason: 'DiskFull',
    message: 'the disk of the build is full; raise ephemeral-storage in spec.build.resources',
  },
  {
    match: /parsing dockerfile|dockerfile parse error/,
    reason: 'DockerfileInvalid',
    message: 'the Dockerfile cannot be read',
  },
  {
    match: /could not parse reference|repository must be between/,
    reason: 'DockerfileInvalid',
    message: 'a FROM names no valid image',
  },
  {
    match: /failed to get files used from context/,
    reason: 'DockerfileInvalid',
    message: 'a COPY or ADD names a file that is not there',
  },
  {
    match: /parsing config file|invalid auth configuration/,
    reason: 'CredentialsInvalid',
    message: 'the credentials of the build cannot be read',
  },
  {
    match: /connection refused|no such host|i\/o timeout|connection reset|status code 5\d\d|EOF$/,
    reason: 'RegistryUnavailable',
    message: 'a registry does not answer',
  },
  {
    match: /operation not permitted|permission denied/,
    reason: 'BuilderFailed',
    message: 'the builder lacks a capability on this cluster',
  },
  {
    match: /signal: killed|exit status 137/,
    reason: 'OutOfMemory',
    message: 'a step was killed, most likely for memory; raise spec.build.resources.limits.memory',
  },
];

/** What the package managers print, and which group of the match names the package. */
const packageLines: readonly {
  readonly manager: PackageManager;
  readonly match: RegExp;
  readonly reason: 'PackageNotFound' | 'DependencyConflict';
}[] = [
  { manager: 'pip', match: /No matching distribution found for ([^\s(]+)/g, reason: 'PackageNotFound' },
  { manager: 'pip', match: /ResolutionImpossible|conflicting dependencies/g, reason: 'DependencyConflict' },
  { manager: 'apt', match: /E: Unable to locate package (\S+)/g, reason: 'PackageNotFound' },
  { manager: 'apt', match: /E: Couldn't find any package by (?:glob|regex) '([^']+)'/g, reason: 'PackageNotFound' },
  { manager: 'apt', match: /E: Version '[^']*' for '([^']+)' was not found/g, reason: 'PackageNotFound' },
  { manager: 'apt', match: /E: Package '([^']+)' has no installation candidate/g, reason: 'PackageNotFound' },
  {
    manager: 'apt',
    match: /E: Unable to correct problems, you have held broken packages/g,
    reason: 'DependencyConflict',
  },
  { manager: 'conda', match: /nothing provides (?:requested )?(\S+)/g, reason: 'PackageNotFound' },
  { manager: 'conda', match: /^\s*- (\S+)(?: \S+)? does not exist/gm, reason: 'PackageNotFound' },
  { manager: 'conda', match: /No candidates were found for (\S+)/g, reason: 'PackageNotFound' },
  {
    manager: 'conda',
    match: /LibMambaUnsatisfiableError|UnsatisfiableError|Cannot solve the request/g,
    reason: 'DependencyConflict',
  },
];

const runFailed = /failed to execute command:/;

/** Why Kaniko ended with an error. `source` lets the message name the entry of the spec. */
export function classifyBuilder(log: string, exitCode: number, source: Source): Failure {
  const text = plainText(log);
  const last = text.split('\n').findLast((line) => /^error |^Error: /.test(line)) ?? '';
  if (runFailed.test(last) || (last === '' && exitCode !== 0)) {
    return classifyRun(text, last, exitCode, source);
  }
  const row = builderLines.find(({ match }) => match.test(last));
  return row === undefined
    ? failureOf('BuilderFailed', `the builder ended with exit code ${exitCode}: ${short(last)}`)
    : failureOf(row.reason, `${row.message}: ${short(last)}`);
}

function classifyRun(text: string, last: string, exitCode: number, source: Source): Failure {
  if (/signal: killed|exit status 137/.test(last)) {
    return failureOf(
      'OutOfMemory',
      'a step of the build was killed, most likely for memory; raise spec.build.resources.limits.memory',
    );
  }
  const missing = new RegExp(`${managerMissingMarker} (\\S+)`).exec(text)?.[1];
  if (missing !== undefined && exitCode === 127) {
    return failureOf(
      'PackageManagerMissing',
      `the base image has no ${missing}; use another base, or another package list`,
    );
  }
  for (const { manager, match, reason } of packageLines) {
    const packages = [
      ...new Set([...text.matchAll(match)].flatMap((found) => (found[1] === undefined ? [] : [found[1]]))),
    ];
    if (packages.length > 0 || (reason === 'DependencyConflict' && match.test(text))) {
      return { ...failureOf(reason, packageMessage(manager, reason, packages, source)), packages };
    }
  }
  if (/no space left on device/i.test(text)) {
    return failureOf(
      'DiskFull',
      'a step of the build found the disk full; raise ephemeral-storage in spec.build.resources',
    );
  }
  return failureOf(
    'RunFailed',
    `a step of the build ended with exit code ${exitCode}; its last lines are in status.failure.log`,
  );
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

/** Why `credentials` or `push` ended with an error. */
export function classifyPush(log: string, exitCode: number, container: string): Failure {
  const last = plainText(log).trimEnd().split('\n').at(-1) ?? '';
  const reason = reasonOfExitCode(exitCode) ?? 'BuilderFailed';
  return failureOf(reason, last === '' ? `${container} ended with exit code ${exitCode}` : short(last));
}

function short(line: string): string {
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
