import { conditionOf } from '../../api/conditions.ts';
import { type Instant, parseRfc3339 } from '../../api/time.ts';
import { keyOf } from '../../kubernetes/object.ts';
import type { Caches } from '../watched/caches.ts';

/** The ImageSpecs whose status says that their build is queued, each with the begin of its wait. */
export function* queuedIn({ imageSpecs }: Pick<Caches, 'imageSpecs'>): Iterable<readonly [string, Instant]> {
  for (const { self, status } of imageSpecs.values()) {
    const since = parseRfc3339(status.build?.queuedTime ?? '');
    if (since !== undefined && conditionOf(status, 'Ready')?.reason === 'Queued') {
      yield [keyOf(self.namespace, self.name), since];
    }
  }
}
