import type { BuildRun, PodState } from '../../kaniko/run.ts';
import type { CheckRun } from '../../lifecycle/model/checkPod.ts';
import type { Self } from '../../lifecycle/model/observation.ts';
import type { Caches } from './caches.ts';
import type { SeenJob, SeenPod } from './projections.ts';

/**
 * Index value under which the caches find the children of an object. It includes the namespace: a user of any namespace can
 * write a known UID into an owner reference. An owner is always in the same namespace.
 */
export function childIndex(namespace: string, owner: string): string {
  return `${namespace}/${owner}`;
}

/** Namespace of a Job or Pod. */
export function namespaceOf(child: SeenJob | SeenPod): string {
  return 'is' in child ? child.pod.ref.namespace : child.ref.namespace;
}

/** The newest Pod of a build's Job, by creation; null: there is none. The Job controller names Pods after their Job. */
export function podOf({ pods }: Pick<Caches, 'pods'>, { ref }: SeenJob): PodState | null {
  let newest: PodState | null = null;
  for (const { pod } of pods.byIndex(childIndex(ref.namespace, ref.uid))) {
    const isOfJob = pod.ref.name.startsWith(`${ref.name}-`);
    if (isOfJob && (newest === null || isNewer(pod, newest))) {
      newest = pod;
    }
  }
  return newest;
}

function isNewer(one: PodState, other: PodState): boolean {
  return one.createdAt > other.createdAt || (one.createdAt === other.createdAt && one.ref.uid > other.ref.uid);
}

/** The builds of one ImageSpec, each with its newest Pod. */
export function buildsOf(caches: Caches, { namespace, uid }: Self): readonly BuildRun[] {
  return caches.jobs.byIndex(childIndex(namespace, uid)).map((job) => ({
    job: job.ref,
    identity: job.identity,
    createdAt: job.createdAt,
    deleting: job.deleting,
    jobEnded: job.ended,
    pod: podOf(caches, job),
  }));
}

/** The check Pods of one ImageSpec. */
export function checkPodsOf(caches: Caches, { namespace, uid }: Self): readonly CheckRun[] {
  return caches.pods
    .byIndex(childIndex(namespace, uid))
    .flatMap((seen) => (seen.is === 'check' ? [{ identity: seen.identity, pod: seen.pod }] : []));
}

/** Start times of builds that moved bases caused, from the Jobs that still exist. */
export function startedByBases(caches: Caches): readonly number[] {
  const started: number[] = [];
  for (const { identity, createdAt } of caches.jobs.values()) {
    if (identity.reasons.includes('BaseChanged')) {
      started.push(createdAt);
    }
  }
  return started;
}
