import { annotations, labels, manager } from '../../src/api/names.ts';
import { Cache } from '../../src/kubernetes/watch/cache.ts';
import type { Caches } from '../../src/reconcile/watched/caches.ts';
import { childIndex, namespaceOf } from '../../src/reconcile/watched/children.ts';
import {
  projectImageSpec,
  projectJob,
  projectPod,
  type SeenImageSpec,
  type SeenJob,
  type SeenPod,
} from '../../src/reconcile/watched/projections.ts';
import { run } from './observations.ts';

/** Empty caches. Tests put the objects in. */
export function emptyCaches(): Caches {
  return {
    imageSpecs: new Cache<SeenImageSpec>({ project: projectImageSpec }),
    jobs: new Cache<SeenJob>({
      project: projectJob,
      indexOf: (job) => [childIndex(namespaceOf(job), job.owner)],
    }),
    pods: new Cache<SeenPod>({
      project: projectPod,
      indexOf: (seen) => [childIndex(namespaceOf(seen), seen.is === 'build' ? seen.job : seen.owner)],
    }),
  };
}

/** A Job of a build, as the API server has it, whose owner is the ImageSpec with the UID `spec-1`. */
export function jobObject(namespace: string, name: string, changes: object = {}, number = 1): object {
  return {
    metadata: {
      namespace,
      name,
      uid: `${namespace}-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-11-24T12:00:00Z',
      annotations: { [annotations.build]: JSON.stringify({ ...run(null).identity, number }) },
      ownerReferences: [
        { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', name: 'astro', uid: 'spec-1', controller: true },
      ],
      ...changes,
    },
    spec: {},
  };
}

/** The Pod of a Job, by the Job's UID. */
export function podObject(
  namespace: string,
  name: string,
  jobUid: string,
  { metadata = {}, ...changes }: { readonly metadata?: object; readonly spec?: object; readonly status?: object } = {},
): object {
  return {
    metadata: {
      namespace,
      name,
      uid: `${namespace}-${name}`,
      resourceVersion: '1',
      creationTimestamp: '2026-11-24T12:00:01Z',
      labels: { [labels.managedBy]: manager, [labels.uid]: 'spec-1' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: jobUid, controller: true }],
      ...metadata,
    },
    spec: {},
    status: { phase: 'Pending' },
    ...changes,
  };
}
