import { reasonOfExitCode } from '../api/agentExitCodes.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import type { FailureReason } from '../api/reasons.ts';
import { managerMissingMarker } from '../dockerfile/render.ts';
import type { Source } from '../spec/effective.ts';
import { plainText } from './log.ts';
import { packageFailure } from './packageFailures.ts';

/** What Kaniko's own last line says: `{match}` is tried in order on that line alone, as RUN output can hold anything. */
const builderLines: readonly { readonly match: RegExp; readonly reason: FailureReason; readonly message: string }[] = [
  // In mode Direct the builder pushes; its checks of the push name themselves, whatever the answer was.
  {
    match: /push.*(UNAUTHORIZED|DENIED|status code 40[13])/,
    reason: 'PushUnauthorized',
    message: 'the output repository, or that of the layer cache, may not be written to',
  },
  { match: /push.*(TOOMANYREQUESTS|status code 429)/, reason: 'RateLimited', message: 'the registry limits the rate' },
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
  { match: /error pushing image/, reason: 'PushFailed', message: 'the registry refuses the image' },
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
  const packages = packageFailure(text, source);
  if (packages !== undefined) {
    return packages;
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

/** Why `credentials` or `push` ended with an error. */
export function classifyPush(log: string, exitCode: number, container: string): Failure {
  const last = plainText(log).trimEnd().split('\n').at(-1) ?? '';
  const reason = reasonOfExitCode(exitCode) ?? 'BuilderFailed';
  return failureOf(reason, last === '' ? `${container} ended with exit code ${exitCode}` : short(last));
}

function short(line: string): string {
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}
