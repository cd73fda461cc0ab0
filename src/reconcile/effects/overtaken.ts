import { group, plural, version } from '../../api/names.ts';
import { answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import { splitKey } from '../../kubernetes/object.ts';
import type { Outcome } from '../../lifecycle/model/failedEffect.ts';
import type { Caches } from '../watched/caches.ts';
import { projectImageSpec } from '../watched/projections.ts';
import { outcomeOf } from './outcome.ts';

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
  const live = await answerOf<unknown>(() =>
    connection.customObjects.getNamespacedCustomObject({ group, version, plural, namespace, name }),
  );
  if (live.is !== 'ok') {
    return live.is === 'notFound' ? { is: 'stale' } : outcomeOf(live);
  }
  const { self, deleting } = projectImageSpec(live.value);
  if (self.uid === seen?.self.uid && self.resourceVersion === seen.self.resourceVersion && !deleting) {
    return null;
  }
  caches.imageSpecs.learn(live.value);
  return { is: 'stale' };
}
