import { failureOf } from '../../api/failure.ts';
import { labels } from '../../api/names.ts';
import type { FailureReason } from '../../api/reasons/failureReasons.ts';
import type { Instant } from '../../api/time.ts';
import { baseArgumentFault, baseEnvFault, baseFault } from '../../dockerfile/baseSupport.ts';
import { baseEnv } from '../../imagespec/env/extension.ts';
import type { SecretUse } from '../../imagespec/policy/secrets.ts';
import { obstacleOf } from '../../kaniko/base/obstacle.ts';
import type { AnswerTo, Question, Reply } from '../../lifecycle/model/question.ts';
import { type Credential, credentialFor, type DockerConfigEntry } from '../../oci/dockerConfig.ts';
import { hostOf, parseReference, type Reference } from '../../oci/reference.ts';
import type { RegistryFailure, RegistryResult } from '../../registry/failure.ts';
import { mostVariables, type ResolvedImage } from '../../registry/image.ts';
import { readPodLog } from './podLog.ts';
import { readRefusal } from './podRefusal.ts';
import { readEntries, readSecret, readVersions } from './secrets.ts';
import type { Sources } from './sources.ts';

/** A question with its reply. */
export type Answered = {
  readonly [A in Question['ask']]: {
    readonly question: Question & { readonly ask: A };
    readonly reply: Reply<AnswerTo[A]>;
  };
}[Question['ask']];

/** Lines that the operator reads from the end of a log. */
const logLines = 200;
const logBytes = 262_144;
/** This many lines fit into logBytes: a container runtime cuts a line after 16 KiB (CRI, as in containerd and CRI-O). */
const fewLines = 15;

/**
 * Finds the answer to one question. Expected failures are part of the reply.
 * @param since earlier look-ups of a base do not count
 */
export async function ask(sources: Sources, namespace: string, question: Question, since: Instant): Promise<Answered> {
  // Uses the push Secret and the failure reasons of a push.
  const asPusher = <T>(reference: string, secret: string | null, request: RegistryRequest<T>) =>
    atRegistry(sources, namespace, reference, only(secret), pushReasons, request);
  switch (question.ask) {
    case 'log':
      return { question, reply: await readLog(sources, question) };
    case 'podRefusal':
      return { question, reply: await readRefusal(sources, question) };
    case 'secrets':
      return { question, reply: await readVersions(sources, namespace, question.secrets) };
    case 'present': {
      const reply = await asPusher(question.reference, question.secret, (reference, credential) =>
        sources.registry.digestOf(reference, credential),
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
        (reference, credential) => sources.registry.lookUp(reference, platform, credential, since),
      );
      return { question, reply: reply.is === 'known' ? baseReply(question, reply.value) : reply };
    }
    case 'pushAccess': {
      const reply = await asPusher(question.repository, question.secret, (reference, credential) =>
        sources.registry.pushAccess(reference, credential),
      );
      return { question, reply };
    }
    case 'digestOf': {
      const reply = await asPusher(question.reference, question.secret, (reference, credential) =>
        sources.registry.digestOf(reference, credential),
      );
      return { question, reply };
    }
    case 'image': {
      const { platform } = question;
      const reply = await asPusher(question.reference, question.secret, async (reference, credential) => {
        // A mirror may not have a new image yet.
        const found = await sources.registry.resolve(reference, platform, credential);
        if (found.ok) {
          const { digest, sizeBytes, labels: imageLabels } = found.value;
          const [hash = '', input = ''] = [imageLabels[labels.inputHash], imageLabels[labels.input]];
          return { ok: true, value: { digest, sizeBytes, inputHash: hash, input } } as const;
        }
        return found.failure.kind === 'notFound' ? ({ ok: true, value: null } as const) : found;
      });
      return { question, reply };
    }
  }
}

/** The registry that answers a question; null: the API server answers it. */
export function registryOf(question: Question): string | null {
  switch (question.ask) {
    case 'base':
      return hostOf(question.image);
    case 'pushAccess':
      return hostOf(question.repository);
    case 'present':
    case 'digestOf':
    case 'image':
      return hostOf(question.reference);
    case 'log':
    case 'podRefusal':
    case 'secrets':
    case 'netrc':
      return null;
  }
}

/** The base, or why no build can use it. An image that only gives files needs nothing but its digest. */
function baseReply(
  { image, use, variables, arguments: given = [] }: Question & { readonly ask: 'base' },
  found: ResolvedImage,
): Reply<AnswerTo['base']> {
  const { digest } = found;
  if (use === 'files') {
    return { is: 'known', value: { image, digest, user: '' } };
  }
  const env = variables === undefined ? [] : baseEnv(variables, found.env);
  const obstacle = obstacleOf({ ...found, isEnvCut: found.env.length >= mostVariables });
  const fault = baseFault(image, found) ?? baseEnvFault(image, env) ?? baseArgumentFault(image, given, found.env);
  return fault === undefined
    ? { is: 'known', value: { image, digest, user: found.user, ...(env.length === 0 ? {} : { env }), obstacle } }
    : { is: 'failed', failure: failureOf('BaseImageUnsupported', fault) };
}

type RegistryRequest<T> = (reference: Reference, credential: Credential | undefined) => Promise<RegistryResult<T>>;

/** The purpose of a request: the Secrets it may use, and the reason of each failure. */
type Reasons = Readonly<Record<RegistryFailure['kind'], FailureReason>> & { readonly use: SecretUse };

const sharedReasons = {
  rateLimited: 'RateLimited',
  unavailable: 'RegistryUnavailable',
  unreachable: 'RegistryUnavailable',
  notAllowed: 'PolicyViolation',
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

/** A list of one Secret, or an empty list. */
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
  request: RegistryRequest<T>,
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

/** The log of a container; '' if it is gone, because the exit code still shows something. */
async function readLog({ connection }: Sources, question: Question & { readonly ask: 'log' }): Promise<Reply<string>> {
  const { pod, container } = question;
  let answer = await readPodLog(connection, pod, container, { tailLines: logLines, limitBytes: logBytes });
  if (answer.is === 'ok' && Buffer.byteLength(answer.value) >= logBytes) {
    // The limit cuts off the end, which shows the most.
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
