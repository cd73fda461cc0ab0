import type { FailureReason } from '../../api/reasons/failureReasons.ts';
import type { TextRow } from '../../api/reasons/failureRows.ts';

/** A row of Kaniko's own last line, `{line}` in its message. */
export interface BuilderRow extends TextRow {
  readonly seen: 'builder';
}

/** What Kaniko was doing stands in front; the rest of the words is go-containerregistry's, for a push as for a base. */
const pushing = String.raw`^error (?:pushing image|checking push permission).*`;

/** A row, seen in `ID.log`. */
function row(id: string, match: RegExp, reason: FailureReason, what: string, message: string): BuilderRow {
  return { seen: 'builder', id, match, reason, what, message, example: `${id}.log` };
}

/**
 * What Kaniko's own last line says, tried in order on that line alone. Rows of the push come early: in mode Direct the
 * builder pushes, with the same words that it has for a base.
 */
export const builderRows: readonly BuilderRow[] = [
  row(
    'disk-full',
    /no space left on device|disk quota exceeded/,
    'DiskFull',
    'the disk is full while a base is unpacked, a layer written or the image saved',
    'the disk of the build is full; raise ephemeral-storage in spec.build.resources.limits: {line}',
  ),
  row(
    'push-quota',
    new RegExp(`${pushing}(?:quota|exceed)`, 'i'),
    'PushFailed',
    'the registry has no room left for the repository',
    'the registry has no room for the image: {line}',
  ),
  row(
    'push-unauthorized',
    new RegExp(`${pushing}(?:UNAUTHORIZED|status code 401)`),
    'PushUnauthorized',
    'the push credential is missing or wrong',
    'the registry takes no push with the credential of spec.output.pushSecret: {line}',
  ),
  row(
    'push-denied',
    new RegExp(`${pushing}(?:DENIED|status code 403)`),
    'PushUnauthorized',
    'the push credential may not write to this repository',
    'the credential of spec.output.pushSecret may not push to this repository: {line}',
  ),
  row(
    'push-too-large',
    new RegExp(`${pushing}(?:SIZE_INVALID|status code 413)`),
    'PushFailed',
    'a layer is larger than the registry, or a proxy before it, takes',
    'the registry, or a proxy before it, takes no layer of this size: {line}',
  ),
  row(
    'rate-limited',
    /TOOMANYREQUESTS|status code 429/,
    'RateLimited',
    'the registry limits the rate, at a pull or a push',
    'the registry limits the rate; a credential may have a higher limit: {line}',
  ),
  row(
    'certificate-untrusted',
    /x509: |tls: .{0,200}certificate/,
    'CertificateUntrusted',
    "the registry's certificate is not trusted",
    "the registry's certificate is not trusted; the administrator adds its authority to caBundle: {line}",
  ),
  row(
    'plain-http',
    /server gave HTTP response to HTTPS client/,
    'RegistryUnavailable',
    'the registry speaks no TLS',
    'the registry speaks no TLS; where that is meant, the administrator lists it in registries.insecure: {line}',
  ),
  row(
    'push-invalid',
    new RegExp(`${pushing}(?:_INVALID|_UNKNOWN|UNSUPPORTED|status code 4)`),
    'PushFailed',
    'the registry refuses the image',
    'the registry refuses the image: {line}',
  ),
  row(
    'credentials-unreadable',
    /parsing config file|invalid auth configuration/,
    'CredentialsInvalid',
    'the file of registry credentials cannot be read',
    'the credentials of the build cannot be read: {line}',
  ),
  row(
    'dockerfile-parse',
    /parsing dockerfile|dockerfile parse error/,
    'DockerfileInvalid',
    'a line of the Dockerfile cannot be read',
    'the Dockerfile cannot be read: {line}',
  ),
  row(
    'dockerfile-reference',
    /could not parse reference|repository must be between|repository can only contain/,
    'DockerfileInvalid',
    'a FROM names no valid image',
    'a FROM of the Dockerfile names no valid image: {line}',
  ),
  row(
    'dockerfile-copy',
    /failed to get files used from context/,
    'DockerfileInvalid',
    'a COPY names a file that is not there',
    '{place}a COPY names a file that is not there; a build has no files but those of its stages: {line}',
  ),
  row(
    'dockerfile-user',
    /user (?<user>\S+) is not a uid and does not exist|resolving user (?<unknown>\S+)/,
    'DockerfileInvalid',
    'a USER names a user that the image does not have',
    '{place}a USER of the Dockerfile names a user that the image does not have: {line}',
  ),
  row(
    'dockerfile-add',
    /failed to execute command: downloading remote source file/,
    'RunFailed',
    'the URL of an ADD yields nothing',
    '{place}an ADD could not load its address ({command}): {line}; correct the address, or ask for a retry',
  ),
  row(
    'program-missing',
    /starting command: fork\/exec (?<program>\S+): no such file/,
    'RunFailed',
    'the image lacks the shell or program that a RUN starts',
    'a RUN needs {program}, which the image does not have; take a base with a shell',
  ),
  row(
    'program-foreign',
    /starting command: fork\/exec (?<program>\S+): exec format error/,
    'RunFailed',
    'the base is made for another kind of processor',
    'a RUN cannot start {program}: the base is made for another kind of processor than spec.build.platform says',
  ),
  row(
    'base-not-found',
    /MANIFEST_UNKNOWN|NAME_UNKNOWN|NAME_INVALID|NOT_FOUND|status code 404/,
    'BaseImageNotFound',
    'a FROM names an image that is not there',
    'a base image was not found; check its name and tag: {line}',
  ),
  row(
    'base-unauthorized',
    /UNAUTHORIZED|status code 401/,
    'BaseImageUnauthorized',
    'a base image asks for a credential',
    'a base image was not found, or there is no access to it; spec.pullSecret names a credential: {line}',
  ),
  row(
    'base-denied',
    /DENIED|status code 403/,
    'BaseImageUnauthorized',
    'the credential gives no access to a base image',
    'a base image was not found, or the credential gives no access to it: {line}',
  ),
  row(
    'builder-assertion',
    /Assertion violated \[(?<name>[\w.-]+)\]/,
    'BuilderFailed',
    'an assertion of Kaniko fails: a bug of it',
    'a bug of the builder: its assertion {name} fails; write the Dockerfile another way, or have the administrator take another version in images.kaniko. One with KANIKO_IGNORE_ASSERTIONS={name} in its environment works too',
  ),
  row(
    'snapshot-timeout',
    /Timed out snapshotting/,
    'BuilderFailed',
    'Kaniko takes longer than its own limit to look for changed files',
    'the builder gave up looking for changed files: {line}; fewer files in one step, or a faster disk, help',
  ),
  row('builder-panic', /^(?:panic|fatal error): /, 'BuilderFailed', 'Kaniko crashes', 'the builder crashed: {line}'),
  row(
    'builder-option',
    /unknown (?:shorthand )?flag/,
    'BuilderFailed',
    "images.kaniko is a version that lacks an option of the operator's",
    'the image in images.kaniko does not know an option that the operator gives: {line}',
  ),
  row(
    'builder-capability',
    /operation not permitted|permission denied/,
    'BuilderFailed',
    'the cluster takes a capability from the builder that it needs',
    'the builder may not do what it must on this cluster; its Pod lacks a capability: {line}',
  ),
  row(
    'push-unavailable',
    new RegExp(
      `${pushing}(?:connection refused|no such host|timeout|connection reset|broken pipe|status code 5\\d\\d|EOF|unreachable|no route to host|deadline exceeded)`,
    ),
    'RegistryUnavailable',
    'the registry does not answer a push, or ceases to in the middle of it',
    'the registry does not answer the push: {line}',
  ),
  row(
    'base-unavailable',
    /connection refused|no such host|timeout|connection reset|broken pipe|status code 5\d\d|EOF|unreachable|no route to host|deadline exceeded|server misbehaving/,
    'RegistryUnavailable',
    'the registry of a base does not answer, or ceases to in the middle of it',
    'the registry of a base image does not answer: {line}',
  ),
  row(
    'push-failed',
    new RegExp(pushing),
    'PushFailed',
    'the push fails for a reason of its own',
    'the image could not be pushed: {line}',
  ),
];
