import { conditionOf } from '../api/conditions.ts';
import type { Urgency } from '../kubernetes/queue/keyQueue.ts';
import type { Caches } from './watched/caches.ts';
import { buildsOf } from './watched/children.ts';

/**
 * Whether a build may be about to start. Starts come before reports about builds that run, and before what rests; after a restart,
 * most ImageSpecs do.
 */
export function urgencyOf(caches: Caches | undefined, key: string): Urgency {
  const seen = caches?.imageSpecs.get(key);
  if (caches === undefined || seen === undefined) {
    return 'routine';
  }
  const { self, status } = seen;
  const isOpen = status.observedGeneration !== self.generation || conditionOf(status, 'Ready')?.status === 'Unknown';
  return isOpen && buildsOf(caches, self).length === 0 ? 'urgent' : 'routine';
}
