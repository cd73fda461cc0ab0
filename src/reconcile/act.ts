import type { Failure } from '../api/failure.ts';
import { group, manager, plural, version } from '../api/names.ts';
import { type Answer, answerOf, describeFailure } from '../kubernetes/answer.ts';
import type { Connection } from '../kubernetes/connection.ts';
import { patchStatus } from '../kubernetes/mergePatch.ts';
import { keyOf } from '../kubernetes/object.ts';
import { atRegistry, type Sources, writeReasons } from './ask.ts';
import type { Caches } from './caches.ts';
import type { Effect } from './decide.ts';
import { statusPatch } from './patch.ts';
import { projectImageSpec } from './projections.ts';

/** What came of an effect. */
export type Acted =
  /** It took effect, or had before; the caches know. */
  | { readonly is: 'done' }
  /** The world is not as it was observed: look again. */
  | { readonly is: 'stale' }
  /** The server understood and will not. */
  | { readonly is: 'refused'; readonly message: string }
  /** Whether it took effect is unknown: look again later. */
  | { readonly is: 'unavailable'; readonly message: string };

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
    case 'putTag': {
      const reply = await atRegistry(
        sources,
        namespace,
        effect.tag,
        effect.secret === null ? [] : [effect.secret],
        writeReasons,
        (reference, credential) => sources.registry.putTag(reference, effect.digest, credential),
      );
      switch (reply.is) {
        case 'known':
          return { is: 'done' };
        case 'secretMissing':
          return { is: 'stale' };
        case 'failed':
          return ofFailure(reply.failure);
      }
    }
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
  if (answer.is === 'ok') {
    caches.imageSpecs.learn(answer.value);
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
  if (answer.is === 'ok') {
    caches.jobs.learn(answer.value);
  }
  if (answer.is === 'alreadyExists') {
    return adopt(connection, caches, namespace, job.metadata?.name ?? '');
  }
  return acted(answer);
}

/** The name says that it is the same build; whose it is, the projection decides. */
async function adopt(connection: Connection, caches: Caches, namespace: string, name: string): Promise<Acted> {
  const answer = await answerOf(() => connection.batch.readNamespacedJob({ namespace, name }));
  if (answer.is === 'ok') {
    caches.jobs.learn(answer.value);
  }
  return acted(answer);
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

function acted(answer: Answer<unknown>): Acted {
  switch (answer.is) {
    case 'ok':
      return { is: 'done' };
    case 'notFound':
    case 'conflict':
    case 'alreadyExists':
      return { is: 'stale' };
    case 'refused':
      return { is: 'refused', message: describeFailure(answer) };
    case 'unavailable':
      return { is: 'unavailable', message: answer.message };
  }
}
