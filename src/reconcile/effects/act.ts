import type { Failure } from '../../api/failure.ts';
import { group, manager, plural, version } from '../../api/names.ts';
import { type Answer, answerOf } from '../../kubernetes/answer.ts';
import type { Connection } from '../../kubernetes/connection.ts';
import { patchStatus } from '../../kubernetes/mergePatch.ts';
import { keyOf } from '../../kubernetes/object.ts';
import type { Effect } from '../../lifecycle/decide.ts';
import { atRegistry, writeReasons } from '../answers/ask.ts';
import type { Sources } from '../answers/sources.ts';
import type { Caches } from '../watched/caches.ts';
import { projectImageSpec } from '../watched/projections.ts';
import { type Acted, acted } from './acted.ts';
import { statusPatch } from './statusPatch.ts';
import { writeContents } from './writeContents.ts';

/** The only writer. */
export async function act(sources: Sources, caches: Caches, namespace: string, effect: Effect): Promise<Acted> {
  const { connection } = sources;
  switch (effect.do) {
    case 'writeStatus':
      return writeStatus(connection, caches, effect);
    case 'createJob':
      return createJob(connection, caches, effect);
    case 'deleteJob':
      return deleteJob(connection, caches, effect);
    case 'createPod':
      return createPod(connection, caches, effect);
    case 'deletePod':
      return deletePod(connection, caches, effect);
    case 'writeContents':
      return writeContents(connection, effect);
    case 'putTag':
      return putTag(sources, namespace, effect);
  }
}

/** The immutable tag stays where it is: one that another image has got meanwhile makes the observation stale. */
async function putTag(
  sources: Sources,
  namespace: string,
  { tag, digest, secret, mode }: Extract<Effect, { do: 'putTag' }>,
): Promise<Acted> {
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

function ofFailure({ message }: Failure): Acted {
  return { is: 'unavailable', message };
}

async function writeStatus(
  connection: Connection,
  caches: Caches,
  { self, before, status }: Extract<Effect, { do: 'writeStatus' }>,
): Promise<Acted> {
  const { namespace, name, uid, resourceVersion } = self;
  const patch = statusPatch({ ...before }, { ...status });
  const answer = await patchStatus(
    connection.customObjects,
    { group, version, plural, namespace, name },
    { uid, resourceVersion },
    { status: patch, fieldManager: manager },
  );
  return learned(caches.imageSpecs, answer);
}

/** The cache knows what the server has answered with before the watch tells of it. */
function learned(cache: Pick<Caches[keyof Caches], 'learn'>, answer: Answer<unknown>): Acted {
  if (answer.is === 'ok') {
    cache.learn(answer.value);
  }
  return acted(answer);
}

/** A live look at the resource comes first: a stale cache must not start a build for an object that is gone. */
async function createJob(
  connection: Connection,
  caches: Caches,
  { self, job }: Extract<Effect, { do: 'createJob' }>,
): Promise<Acted> {
  const { namespace, name } = self;
  const live = await answerOf<unknown>(() =>
    connection.customObjects.getNamespacedCustomObject({ group, version, plural, namespace, name }),
  );
  if (live.is !== 'ok') {
    return live.is === 'notFound' ? { is: 'stale' } : acted(live);
  }
  const now = projectImageSpec(live.value);
  if (now.self.uid !== self.uid || now.self.generation !== self.generation || now.deleting) {
    caches.imageSpecs.learn(live.value);
    return { is: 'stale' };
  }
  const answer = await answerOf(() =>
    connection.batch.createNamespacedJob({ namespace, body: job, fieldManager: manager }),
  );
  return answer.is === 'alreadyExists'
    ? adopt(connection, caches, namespace, job.metadata?.name ?? '')
    : learned(caches.jobs, answer);
}

/** The name says that it is the same build; whose it is, the projection decides. */
async function adopt(connection: Connection, caches: Caches, namespace: string, name: string): Promise<Acted> {
  return learned(caches.jobs, await answerOf(() => connection.batch.readNamespacedJob({ namespace, name })));
}

async function deleteJob(
  connection: Connection,
  caches: Caches,
  { target }: Extract<Effect, { do: 'deleteJob' }>,
): Promise<Acted> {
  const { namespace, name, uid } = target;
  const answer = await answerOf<unknown>(() =>
    connection.batch.deleteNamespacedJob({
      namespace,
      name,
      body: { preconditions: { uid }, propagationPolicy: 'Foreground' },
    }),
  );
  if (answer.is === 'notFound' || answer.is === 'conflict') {
    caches.jobs.forget(keyOf(namespace, name), uid);
    return { is: 'done' };
  }
  if (answer.is !== 'ok') {
    return acted(answer);
  }
  return adoptDeleted(connection, caches, target);
}

/** A foreground delete marks the Job and answers with it, or with a Status when it is gone at once. */
async function adoptDeleted(
  connection: Connection,
  caches: Caches,
  { namespace, name, uid }: Extract<Effect, { do: 'deleteJob' }>['target'],
): Promise<Acted> {
  const answer = await answerOf(() => connection.batch.readNamespacedJob({ namespace, name }));
  if (answer.is === 'ok' && answer.value.metadata?.uid === uid) {
    caches.jobs.learn(answer.value);
    return { is: 'done' };
  }
  if (answer.is === 'ok' || answer.is === 'notFound') {
    caches.jobs.forget(keyOf(namespace, name), uid);
    return { is: 'done' };
  }
  return acted(answer);
}

async function createPod(
  connection: Connection,
  caches: Caches,
  { self, pod }: Extract<Effect, { do: 'createPod' }>,
): Promise<Acted> {
  const { namespace } = self;
  const answer = await answerOf(() =>
    connection.core.createNamespacedPod({ namespace, body: pod, fieldManager: manager }),
  );
  if (answer.is !== 'alreadyExists') {
    return learned(caches.pods, answer);
  }
  const name = pod.metadata?.name ?? '';
  return learned(caches.pods, await answerOf(() => connection.core.readNamespacedPod({ namespace, name })));
}

async function deletePod(
  connection: Connection,
  caches: Caches,
  { target }: Extract<Effect, { do: 'deletePod' }>,
): Promise<Acted> {
  const { namespace, name, uid } = target;
  const answer = await answerOf(() =>
    connection.core.deleteNamespacedPod({ namespace, name, body: { preconditions: { uid } }, gracePeriodSeconds: 1 }),
  );
  if (answer.is === 'notFound' || answer.is === 'conflict') {
    caches.pods.forget(keyOf(namespace, name), uid);
    return { is: 'done' };
  }
  return learned(caches.pods, answer);
}
