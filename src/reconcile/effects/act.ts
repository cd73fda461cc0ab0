import { z } from 'zod';
import type { Failure } from '../../api/failure.ts';
import { group, manager, plural, version } from '../../api/names.ts';
import { isInfrastructureCause } from '../../api/reasons/failureReasons.ts';
import type { ObjectRef } from '../../kaniko/run.ts';
import { type Answer, answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import { patchStatus } from '../../kubernetes/client/mergePatch.ts';
import { type Collection, pathOf } from '../../kubernetes/client/paths.ts';
import { keyOf, splitKey } from '../../kubernetes/object.ts';
import type { Effect } from '../../lifecycle/model/effect.ts';
import type { Outcome } from '../../lifecycle/model/failedEffect.ts';
import type { Self } from '../../lifecycle/model/observation.ts';
import { atRegistry, writeReasons } from '../answers/ask.ts';
import type { Sources } from '../answers/sources.ts';
import type { Caches } from '../watched/caches.ts';
import { outcomeOf } from './outcome.ts';
import { overtaken, shown } from './overtaken.ts';
import { statusPatch } from './statusPatch.ts';
import { writeContents } from './writeContents.ts';

function jobsIn(namespace: string): Collection {
  return { api: '/apis/batch/v1', plural: 'jobs', namespace };
}

function podsIn(namespace: string): Collection {
  return { api: '/api/v1', plural: 'pods', namespace };
}

const deletedSchema = z.object({
  metadata: z.object({ uid: z.string(), deletionTimestamp: z.unknown().optional() }),
});

/**
 * Applies an effect; no other function writes to the world.
 * @param key of the ImageSpec in whose name the operator acts
 */
export async function act(sources: Sources, caches: Caches, key: string, effect: Effect): Promise<Outcome> {
  const { connection } = sources;
  switch (effect.do) {
    case 'writeStatus':
      return writeStatus(connection, caches, effect);
    case 'createJob':
      return (await overtaken(connection, caches, key)) ?? createJob(connection, caches, effect);
    case 'deleteJob':
      return (await overtaken(connection, caches, key)) ?? deleteJob(connection, caches, effect);
    case 'createPod':
      return (await overtaken(connection, caches, key)) ?? createPod(connection, caches, effect);
    case 'deletePod':
      return (await overtaken(connection, caches, key)) ?? deletePod(connection, caches, effect);
    case 'writeContents':
      return writeContents(connection, effect);
    case 'putTag':
      return putTag(sources, splitKey(key).namespace, effect);
  }
}

/** Puts a tag. An immutable tag never moves: if another image has it by now, the Observation is stale. */
async function putTag(
  sources: Sources,
  namespace: string,
  { tag, digest, secret, mode }: Extract<Effect, { do: 'putTag' }>,
): Promise<Outcome> {
  const { registry } = sources;
  const secrets = secret === null ? [] : [secret];
  const reply = await atRegistry(sources, namespace, tag, secrets, writeReasons, async (reference, credential) => {
    switch (mode) {
      case 'neverOverwrite':
        return registry.putTagOnce(reference, digest, credential);
      case 'move': {
        const moved = await registry.putTag(reference, digest, credential);
        return moved.ok ? ({ ok: true, value: { is: 'tagged' } } as const) : moved;
      }
    }
  });
  switch (reply.is) {
    case 'known':
      return reply.value.is === 'taken' ? { is: 'stale' } : { is: 'done' };
    case 'secretMissing':
      return { is: 'stale' };
    case 'failed':
      return ofFailure(reply.failure);
  }
}

function ofFailure({ reason, message }: Failure): Outcome {
  return { is: isInfrastructureCause(reason) ? 'unavailable' : 'refused', reason, message };
}

async function writeStatus(
  connection: Connection,
  caches: Caches,
  { self, before, status }: Extract<Effect, { do: 'writeStatus' }>,
): Promise<Outcome> {
  const { namespace, name, uid, resourceVersion } = self;
  const patch = statusPatch({ ...before }, { ...status });
  const sentAt = performance.now();
  const answer = await patchStatus(
    connection,
    { group, version, plural, namespace, name },
    { uid, resourceVersion },
    { status: patch, fieldManager: manager },
  );
  const outcome = learned(caches.imageSpecs, answer);
  if (outcome.is === 'done') {
    shown(caches, keyOf(namespace, name), sentAt);
  }
  return outcome;
}

/** Puts the server's answer into the cache before the watch delivers it. */
function learned(cache: Pick<Caches[keyof Caches], 'observe'>, answer: Answer<unknown>): Outcome {
  if (answer.is === 'ok') {
    cache.observe(answer.value);
  }
  return outcomeOf(answer);
}

async function createJob(
  connection: Connection,
  caches: Caches,
  { self, job }: Extract<Effect, { do: 'createJob' }>,
): Promise<Outcome> {
  const { namespace } = self;
  const answer = await answerOf(() =>
    connection.send({ method: 'POST', path: pathOf(jobsIn(namespace)), query: { fieldManager: manager }, body: job }),
  );
  const jobName = job.metadata?.name ?? '';
  if (answer.is === 'alreadyExists') {
    return adoptJob(connection, caches, self, jobName);
  }
  const outcome = learned(caches.jobs, answer);
  // Otherwise each pass would create the Job again, and no limit would count it.
  return outcome.is === 'done' && caches.jobs.get(keyOf(namespace, jobName)) === undefined
    ? {
        is: 'refused',
        reason: null,
        message: `Job "${jobName}" was created, but the API server stored it with changes`,
      }
    : outcome;
}

/** The name identifies the build. The Job counts if this ImageSpec controls it and the Job is not being deleted. */
async function adoptJob(
  connection: Connection,
  caches: Caches,
  { namespace, uid }: Self,
  name: string,
): Promise<Outcome> {
  const there = await answerOf(() => connection.getJson(pathOf(jobsIn(namespace), name), {}));
  if (there.is !== 'ok') {
    return outcomeOf(there);
  }
  caches.jobs.observe(there.value);
  return adopted(caches.jobs.get(keyOf(namespace, name)), `Job "${name}"`, uid);
}

/** Outcome of a create call when an object already has the name. */
function adopted(
  found: { readonly owner: string; readonly deleting: boolean } | undefined,
  what: string,
  uid: string,
): Outcome {
  if (found?.owner !== uid) {
    return {
      is: 'refused',
      reason: null,
      message: `${what} exists already and does not belong to this ImageSpec; delete it`,
    };
  }
  return found.deleting
    ? { is: 'unavailable', reason: null, message: `${what} is still being deleted` }
    : { is: 'done' };
}

async function deleteJob(
  connection: Connection,
  caches: Caches,
  { target }: Extract<Effect, { do: 'deleteJob' }>,
): Promise<Outcome> {
  const { namespace, name, uid } = target;
  const answer = await answerOf(() =>
    connection.send({
      method: 'DELETE',
      path: pathOf(jobsIn(namespace), name),
      body: { preconditions: { uid }, propagationPolicy: 'Foreground' },
    }),
  );
  if (answer.is !== 'ok' && answer.is !== 'conflict') {
    return whenDeleted(caches.jobs, target, answer);
  }
  // A foreground delete answers with the marked Job, or with a Status if the Job is gone immediately.
  const there = await answerOf(() => connection.getJson(pathOf(jobsIn(namespace), name), {}));
  return whenDeleted(caches.jobs, target, there);
}

/** Outcome of a delete, from what is there afterwards: a conflict alone does not show that the object is gone. */
function whenDeleted(
  cache: Pick<Caches['jobs' | 'pods'], 'observe' | 'forget'>,
  { namespace, name, uid }: ObjectRef,
  there: Answer<unknown>,
): Outcome {
  const metadata = there.is === 'ok' ? deletedSchema.parse(there.value).metadata : null;
  if (there.is === 'notFound' || (metadata !== null && metadata.uid !== uid)) {
    cache.forget(keyOf(namespace, name), uid);
    return { is: 'done' };
  }
  if (there.is !== 'ok') {
    return outcomeOf(there);
  }
  cache.observe(there.value);
  return metadata?.deletionTimestamp === undefined ? { is: 'stale' } : { is: 'done' };
}

async function createPod(
  connection: Connection,
  caches: Caches,
  { self, pod }: Extract<Effect, { do: 'createPod' }>,
): Promise<Outcome> {
  const { namespace } = self;
  const answer = await answerOf(() =>
    connection.send({ method: 'POST', path: pathOf(podsIn(namespace)), query: { fieldManager: manager }, body: pod }),
  );
  if (answer.is !== 'alreadyExists') {
    return learned(caches.pods, answer);
  }
  const name = pod.metadata?.name ?? '';
  const there = await answerOf(() => connection.getJson(pathOf(podsIn(namespace), name), {}));
  if (there.is !== 'ok') {
    return outcomeOf(there);
  }
  caches.pods.observe(there.value);
  const found = caches.pods.get(keyOf(namespace, name));
  const check = found?.is === 'check' ? { owner: found.owner, deleting: found.pod.deletedAt !== null } : undefined;
  return adopted(check, `Pod "${name}"`, self.uid);
}

async function deletePod(
  connection: Connection,
  caches: Caches,
  { target }: Extract<Effect, { do: 'deletePod' }>,
): Promise<Outcome> {
  const { namespace, name, uid } = target;
  const answer = await answerOf(() =>
    connection.send({
      method: 'DELETE',
      path: pathOf(podsIn(namespace), name),
      body: { preconditions: { uid }, gracePeriodSeconds: 1 },
    }),
  );
  if (answer.is !== 'conflict') {
    return answer.is === 'notFound' ? whenDeleted(caches.pods, target, answer) : learned(caches.pods, answer);
  }
  const there = await answerOf(() => connection.getJson(pathOf(podsIn(namespace), name), {}));
  return whenDeleted(caches.pods, target, there);
}
