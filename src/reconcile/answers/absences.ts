import { z } from 'zod';
import { hasEnded } from '../../kaniko/run.ts';
import { type Answer, answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import { pathOf } from '../../kubernetes/client/paths.ts';
import type { Caches } from '../watched/caches.ts';
import { buildsOf } from '../watched/children.ts';
import type { SeenImageSpec } from '../watched/projections.ts';

/** An object whose absence would end a build. */
type Missing =
  | { readonly is: 'job'; readonly name: string; readonly uid: string }
  /** Of a Job that has ended. */
  | { readonly is: 'pod'; readonly uid: string };

// Go marshals an empty list of some types as null.
const podsSchema = z.object({
  items: z
    .array(z.unknown())
    .nullish()
    .transform((items) => items ?? []),
});

/** A Job has one Pod; more are another's. */
const mostPods = 10;

/**
 * Looks for objects that the caches lack. Each resource type has its own watch, and one may lag behind another: a status may
 * name a Job that the cache of Jobs does not have yet. A process that has just taken over is like that. Such a build would
 * count as lost, and a second one would start beside it.
 */
export class Absences {
  /** UIDs of objects that are really absent, by ImageSpec. */
  readonly #confirmed = new Map<string, Set<string>>();

  /**
   * Asks the API server about what is missing, and puts what it finds into the caches.
   * @returns `none`: nothing more is missing. `looked`: the caches may have changed. `unavailable`: the answer is missing
   */
  async confirm(
    connection: Connection,
    caches: Caches,
    key: string,
    seen: SeenImageSpec,
  ): Promise<'none' | 'looked' | 'unavailable'> {
    const confirmed = this.#confirmed.get(key) ?? new Set();
    const missing = missingOf(caches, seen).find(({ uid }) => !confirmed.has(uid));
    if (missing === undefined) {
      return 'none';
    }
    const answer = await look(connection, caches, seen.self.namespace, missing);
    if (answer.is !== 'ok' && answer.is !== 'notFound') {
      return 'unavailable';
    }
    this.#confirmed.set(key, confirmed.add(missing.uid));
    return 'looked';
  }

  /** Forgets a deleted ImageSpec. */
  leave(key: string): void {
    this.#confirmed.delete(key);
  }
}

function missingOf(caches: Caches, { self, status }: SeenImageSpec): readonly Missing[] {
  const { build } = status;
  const builds = buildsOf(caches, self);
  const isOpen = build !== undefined && build.completionTime === undefined && build.image === undefined;
  const job: readonly Missing[] =
    isOpen &&
    build.jobUID !== undefined &&
    build.jobName !== undefined &&
    !builds.some((run) => run.job.uid === build.jobUID)
      ? [{ is: 'job', name: build.jobName, uid: build.jobUID }]
      : [];
  const pods = builds
    .filter((run) => run.pod === null && hasEnded(run) && (isOpen || run.job.uid !== build?.jobUID))
    .map((run): Missing => ({ is: 'pod', uid: run.job.uid }));
  return [...job, ...pods];
}

async function look(
  { getJson }: Connection,
  caches: Caches,
  namespace: string,
  missing: Missing,
): Promise<Answer<unknown>> {
  switch (missing.is) {
    case 'job': {
      const { name } = missing;
      const answer = await answerOf(() =>
        getJson(pathOf({ api: '/apis/batch/v1', plural: 'jobs', namespace }, name), {}),
      );
      if (answer.is === 'ok') {
        caches.jobs.observe(answer.value);
      }
      return answer;
    }
    case 'pod': {
      const labelSelector = `batch.kubernetes.io/controller-uid=${missing.uid}`;
      const path = pathOf({ api: '/api/v1', plural: 'pods', namespace });
      const answer = await answerOf(() => getJson(path, { labelSelector, limit: String(mostPods) }));
      for (const pod of answer.is === 'ok' ? podsSchema.parse(answer.value).items : []) {
        caches.pods.observe(pod);
      }
      return answer;
    }
  }
}
