import { z } from 'zod';
import { type Failure, failureOf } from '../../api/failure.ts';
import { labels } from '../../api/names.ts';
import { sha256 } from '../../imagespec/inputHash.ts';
import { type SecretUse, secretUseFault, type UsedSecret } from '../../imagespec/policy/secrets.ts';
import { answerOf, describeFailure } from '../../kubernetes/client/answer.ts';
import { pathOf } from '../../kubernetes/client/paths.ts';
import type { Reply } from '../../lifecycle/model/question.ts';
import { type DockerConfigEntry, parseDockerConfig } from '../../oci/dockerConfig.ts';
import type { Sources } from './sources.ts';

const secretSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).nullish() }),
  data: z.record(z.string(), z.string()).nullish(),
});

/** One key of a Secret. The operator gets a Secret at each use, and never lists, watches or keeps one. */
export async function readSecret(
  { connection, secretLabels }: Sources,
  namespace: string,
  name: string,
  key: string,
  use: SecretUse,
): Promise<Reply<string>> {
  const answer = await answerOf(() => connection.getJson(secretPath(namespace, name), {}));
  if (answer.is === 'notFound') {
    return { is: 'secretMissing', secret: name, key };
  }
  if (answer.is !== 'ok') {
    return { is: 'failed', failure: secretFailure(name, `cannot be read: ${describeFailure(answer)}`) };
  }
  const { metadata, data } = secretSchema.parse(answer.value);
  const fault = secretUseFault({ name, use, label: metadata.labels?.[labels.use] }, secretLabels);
  if (fault !== undefined) {
    return { is: 'failed', failure: failureOf('PolicyViolation', fault) };
  }
  const text = data?.[key];
  return text === undefined
    ? { is: 'secretMissing', secret: name, key }
    : { is: 'known', value: Buffer.from(text, 'base64').toString('utf8') };
}

const versionSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
});

/**
 * One hash over the versions of Secrets; an absent Secret has no version. The operator does not look at their content. Fails
 * where a label does not allow a use.
 */
export async function readVersions(
  { connection, secretLabels }: Sources,
  namespace: string,
  secrets: readonly UsedSecret[],
): Promise<Reply<string>> {
  const versions: string[] = [];
  for (const name of new Set(secrets.map((secret) => secret.name))) {
    const answer = await answerOf(() => connection.getJson(secretPath(namespace, name), {}));
    if (answer.is !== 'ok' && answer.is !== 'notFound') {
      return { is: 'failed', failure: secretFailure(name, `cannot be read: ${describeFailure(answer)}`) };
    }
    const version = answer.is === 'ok' ? versionSchema.parse(answer.value).metadata : null;
    const label = version?.labels?.[labels.use];
    const uses = version === null ? [] : secrets.filter((secret) => secret.name === name);
    const fault = uses.map((used) => secretUseFault({ ...used, label }, secretLabels)).find((one) => one !== undefined);
    if (fault !== undefined) {
      return { is: 'failed', failure: failureOf('PolicyViolation', fault) };
    }
    versions.push(version === null ? `${name}=` : `${name}=${version.uid}/${version.resourceVersion}`);
  }
  return { is: 'known', value: sha256(versions.join('\n')) };
}

/** Every credential of a Secret for registries. */
export async function readEntries(
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

function secretPath(namespace: string, name: string): string {
  return pathOf({ api: '/api/v1', plural: 'secrets', namespace }, name);
}

function secretFailure(name: string, message: string): Failure {
  return failureOf('CredentialsInvalid', `Secret "${name}": ${message}`);
}
