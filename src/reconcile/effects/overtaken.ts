import { group, plural, version } from '../../api/names.ts';
import { answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import { pathOf } from '../../kubernetes/client/paths.ts';
import { splitKey } from '../../kubernetes/object.ts';
import type { Outcome } from '../../lifecycle/model/failedEffect.ts';
import type { Caches } from '../watched/caches.ts';
import { projectImageSpec, type SeenImageSpec } from '../watched/projections.ts';
import { outcomeOf } from './outcome.ts';

/** An ImageSpec that the API server has just shown needs no other look. Milliseconds; a lagging watch lags longer. */
const freshMs = 1000;

/** When the API server showed an ImageSpec to a call of this process, by the monotonic clock. */
const shownAt = new WeakMap<SeenImageSpec, number>();

/** Records that the cached ImageSpec is the API server's answer to a call. @param sentAt when the call was sent */
export function shown(caches: Pick<Caches, 'imageSpecs'>, key: string, sentAt: number): void {
  const seen = caches.imageSpecs.get(key);
  if (seen !== undefined) {
    shownAt.set(seen, sentAt);
  }
}

/**
 * Reads the ImageSpec before a Job or Pod is created or deleted for it: a lagging cache must not start a build that has been
 * made, or stop one that a newer spec wants. A status write needs no such look, because it names the version that it changes.
 *
 * @returns the outcome when the effect rests on an older ImageSpec than the live one, or on an unreadable one; null: the
 * effect may be applied
 */
export async function overtaken(connection: Connection, caches: Caches, key: string): Promise<Outcome | null> {
  const { namespace, name } = splitKey(key);
  const seen = caches.imageSpecs.get(key);
  const sentAt = performance.now();
  if (seen !== undefined && sentAt - (shownAt.get(seen) ?? Number.NEGATIVE_INFINITY) < freshMs) {
    return null;
  }
  const path = pathOf({ api: `/apis/${group}/${version}`, plural, namespace }, name);
  const live = await answerOf(() => connection.getJson(path, {}));
  if (live.is !== 'ok') {
    return live.is === 'notFound' ? { is: 'stale' } : outcomeOf(live);
  }
  const { self, deleting } = projectImageSpec(live.value);
  if (self.uid === seen?.self.uid && self.resourceVersion === seen.self.resourceVersion && !deleting) {
    return null;
  }
  caches.imageSpecs.observe(live.value);
  return { is: 'stale' };
}
