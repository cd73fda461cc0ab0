import { z } from 'zod';
import { type Failure, failureOf } from '../api/failure.ts';
import { labels } from '../api/names.ts';
import type { FailureReason } from '../api/reasons.ts';
import type { Config } from '../config/schema.ts';
import { answerOf, describeFailure } from '../kubernetes/answer.ts';
import type { Connection } from '../kubernetes/connection.ts';
import { type Credential, credentialFor, type DockerConfigEntry, parseDockerConfig } from '../oci/dockerConfig.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import type { RegistryFailure, RegistryResult } from '../registry/failure.ts';
import type { Registry } from '../registry/registry.ts';
import { sha256 } from '../spec/inputHash.ts';
import { readPodLog } from './podLog.ts';
import type { AnswerTo, Question, Reply } from './question.ts';

/** What asking needs of the world. */
export interface Sources {
  readonly connection: Connection;
  readonly registry: Registry;
  /** `policy.secretLabels` of the configuration. */
  readonly secretLabels: Config['policy']['secretLabels'];
}

/** A question with what came of it. */
export type Answered = {
  readonly [A in Question['ask']]: {
    readonly question: Question & { readonly ask: A };
    readonly reply: Reply<AnswerTo[A]>;
  };
}[Question['ask']];

/** How much of a log is fetched. */
const logLines = 200;
const logBytes = 262_144;
/** So many lines have room in that: a container runtime cuts a line after 16 KiB (CRI, as containerd and CRI-O have it). */
const fewLines = 15;

/** Finds the answer to one question. Expected failures are part of the reply. */
export async function ask(sources: Sources, namespace: string, question: Question): Promise<Answered> {
  switch (question.ask) {
    case 'log':
      return { question, reply: await readLog(sources, question) };
    case 'podRefusal':
      return { question, reply: await readRefusal(sources, question) };
    case 'secrets':
      return { question, reply: await readVersions(sources, namespace, question.names) };
    case 'present': {
      const reply = await atRegistry(
        sources,
        namespace,
        question.reference,
        only(question.secret),
        pushReasons,
        (reference, credential) => sources.registry.digestOf(reference, credential),
      );
      return { question, reply: reply.is === 'known' ? { is: 'known', value: reply.value !== null } : reply };
    }
    case 'netrc': {
      const read = await readSecret(sources, namespace, question.secret, 'netrc', 'packages');
      return { question, reply: read.is === 'known' ? { is: 'known', value: true } : read };
    }
    case 'base': {
      const { image, platform } = question;
      const reply = await atRegistry(
        sources,
        namespace,
        image,
        question.secrets,
        pullReasons,
        async (reference, credential) => {
          const found = await sources.registry.resolve(reference, platform, credential);
          return found.ok ? { ok: true, value: { image, digest: found.value.digest, user: found.value.user } } : found;
        },
      );
      return { question, reply };
    }
    case 'pushAccess': {
      const reply = await atRegistry(
        sources,
        namespace,
        question.repository,
        only(question.secret),
        pushReasons,
        (reference, credential) => sources.registry.pushAccess(reference, credential),
      );
      return { question, reply };
    }
    case 'digestOf': {
      const reply = await atRegistry(
        sources,
        namespace,
        question.reference,
        only(question.secret),
        pushReasons,
        (reference, credential) => sources.registry.digestOf(reference, credential),
      );
      return { question, reply };
    }
    case 'image': {
      const { platform } = question;
      const reply = await atRegistry(
        sources,
        namespace,
        question.reference,
        only(question.secret),
        pushReasons,
        async (reference, credential) => {
          const found = await sources.registry.resolve(reference, platform, credential);
          if (found.ok) {
            const { digest, sizeBytes, labels: imageLabels } = found.value;
            return { ok: true, value: { digest, sizeBytes, input: imageLabels[labels.input] ?? '' } } as const;
          }
          return found.failure.kind === 'notFound' ? ({ ok: true, value: null } as const) : found;
        },
      );
      return { question, reply };
    }
  }
}

/** What a request is for: which Secrets it may use, and the reason of each failure. */
type Reasons = Readonly<Record<RegistryFailure['kind'], FailureReason>> & { readonly use: SecretUse };

/** Values of the label `imagespec.dev/use`. */
type SecretUse = 'pull' | 'push' | 'packages';

const sharedReasons = {
  rateLimited: 'RateLimited',
  unavailable: 'RegistryUnavailable',
  certificateUntrusted: 'CertificateUntrusted',
} as const;
const pullReasons: Reasons = {
  use: 'pull',
  ...sharedReasons,
  notFound: 'BaseImageNotFound',
  unauthorized: 'BaseImageUnauthorized',
  invalid: 'BaseImageNotFound',
};
const pushReasons: Reasons = {
  use: 'push',
  ...sharedReasons,
  notFound: 'PushFailed',
  unauthorized: 'PushUnauthorized',
  invalid: 'PushFailed',
};

/** A list of one Secret, or of none. */
function only(secret: string | null): readonly string[] {
  return secret === null ? [] : [secret];
}

/** Runs one registry request with the credential of the first Secret that has one, or none. */
export async function atRegistry<T>(
  sources: Sources,
  namespace: string,
  image: string,
  secrets: readonly string[],
  reasons: Reasons,
  request: (reference: Reference, credential: Credential | undefined) => Promise<RegistryResult<T>>,
): Promise<Reply<T>> {
  const reference = parseReference(image);
  if (!reference.ok) {
    return { is: 'failed', failure: failureOf('InvalidSpec', reference.message) };
  }
  const entries: DockerConfigEntry[] = [];
  for (const secret of secrets) {
    const read = await readEntries(sources, namespace, secret, reasons.use);
    if (read.is !== 'known') {
      return read;
    }
    entries.push(...read.value);
  }
  const result = await request(reference.value, credentialFor(entries, reference.value));
  return result.ok
    ? { is: 'known', value: result.value }
    : { is: 'failed', failure: failureOf(reasons[result.failure.kind], result.failure.message) };
}

/** The reasons of a failed push, for effects that write to a registry. */
export const writeReasons = pushReasons;

const secretSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).nullish() }),
  data: z.record(z.string(), z.string()).nullish(),
});

/** One key of a Secret. Secrets are read by `get` only, each time anew: none is listed, watched or kept. */
async function readSecret(
  { connection, secretLabels }: Sources,
  namespace: string,
  name: string,
  key: string,
  use: SecretUse,
): Promise<Reply<string>> {
  const answer = await answerOf(() => connection.core.readNamespacedSecret({ namespace, name }));
  if (answer.is === 'notFound') {
    return { is: 'secretMissing', secret: name, key };
  }
  if (answer.is !== 'ok') {
    return { is: 'failed', failure: secretFailure(name, `cannot be read: ${describeFailure(answer)}`) };
  }
  const { metadata, data } = secretSchema.parse(answer.value);
  if (secretLabels === 'Required' && metadata.labels?.[labels.use] !== use) {
    const message = `Secret "${name}": policy.secretLabels asks for the label ${labels.use}: ${use} on it; have it labelled, or name another one`;
    return { is: 'failed', failure: failureOf('PolicyViolation', message) };
  }
  const text = data?.[key];
  return text === undefined
    ? { is: 'secretMissing', secret: name, key }
    : { is: 'known', value: Buffer.from(text, 'base64').toString('utf8') };
}

const versionSchema = z.object({ metadata: z.object({ uid: z.string(), resourceVersion: z.string() }) });

/** One hash over the versions of Secrets; one that is absent has none. Nothing of their content is looked at. */
async function readVersions(
  { connection }: Sources,
  namespace: string,
  names: readonly string[],
): Promise<Reply<string>> {
  const versions: string[] = [];
  for (const name of names) {
    const answer = await answerOf(() => connection.core.readNamespacedSecret({ namespace, name }));
    if (answer.is !== 'ok' && answer.is !== 'notFound') {
      return { is: 'failed', failure: secretFailure(name, `cannot be read: ${describeFailure(answer)}`) };
    }
    const version = answer.is === 'ok' ? versionSchema.parse(answer.value).metadata : null;
    versions.push(version === null ? `${name}=` : `${name}=${version.uid}/${version.resourceVersion}`);
  }
  return { is: 'known', value: sha256(versions.join('\n')) };
}

const eventsSchema = z.object({
  items: z.array(
    z.object({
      reason: z.string().nullish(),
      message: z.string().nullish(),
      lastTimestamp: z.coerce.string().nullish(),
      eventTime: z.coerce.string().nullish(),
    }),
  ),
});

/** The newest word of the Job controller about a Pod that it could not create. */
async function readRefusal(
  { connection }: Sources,
  { job }: Question & { readonly ask: 'podRefusal' },
): Promise<Reply<string | null>> {
  const answer = await answerOf(() =>
    connection.core.listNamespacedEvent({
      namespace: job.namespace,
      fieldSelector: `involvedObject.uid=${job.uid},reason=FailedCreate`,
    }),
  );
  switch (answer.is) {
    case 'ok': {
      const { items } = eventsSchema.parse(JSON.parse(JSON.stringify(answer.value)));
      const newest = items.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b))).at(-1);
      return { is: 'known', value: newest?.message ?? null };
    }
    case 'unavailable':
    case 'refused':
    case 'notFound':
    case 'conflict':
    case 'alreadyExists':
      return { is: 'known', value: null };
  }
}

function timeOf({
  lastTimestamp,
  eventTime,
}: {
  readonly lastTimestamp?: string | null | undefined;
  readonly eventTime?: string | null | undefined;
}): string {
  return lastTimestamp ?? eventTime ?? '';
}

async function readEntries(
  sources: Sources,
  namespace: string,
  name: string,
  use: SecretUse,
): Promise<Reply<readonly DockerConfigEntry[]>> {
  const read = await readSecret(sources, namespace, name, '.dockerconfigjson', use);
  if (read.is !== 'known') {
    return read;
  }
  const parsed = parseDockerConfig(read.value);
  return parsed.ok
    ? { is: 'known', value: parsed.value }
    : { is: 'failed', failure: secretFailure(name, parsed.message) };
}

function secretFailure(name: string, message: string): Failure {
  return failureOf('CredentialsInvalid', `Secret "${name}": ${message}`);
}

/** A log that is gone is an empty one: the exit code still tells something. */
async function readLog({ connection }: Sources, question: Question & { readonly ask: 'log' }): Promise<Reply<string>> {
  const { pod, container } = question;
  let answer = await readPodLog(connection, pod, container, { tailLines: logLines, limitBytes: logBytes });
  if (answer.is === 'ok' && Buffer.byteLength(answer.value) >= logBytes) {
    // The limit cuts off the end, which tells the most.
    answer = await readPodLog(connection, pod, container, { tailLines: fewLines, limitBytes: logBytes });
  }
  switch (answer.is) {
    case 'ok':
      return { is: 'known', value: answer.value };
    case 'unavailable':
      return { is: 'failed', failure: failureOf('NodeLost', `the log of the build cannot be read: ${answer.message}`) };
    case 'notFound':
    case 'refused':
    case 'conflict':
    case 'alreadyExists':
      return { is: 'known', value: '' };
  }
}
