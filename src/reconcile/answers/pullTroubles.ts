import { type Instant, seconds } from '../../api/time.ts';
import type { PullTrouble } from '../../kaniko/base/pull.ts';
import type { PodState } from '../../kaniko/run.ts';
import { pullTroublesIn } from '../../lifecycle/builds/baseWay.ts';
import type { Seen } from '../../lifecycle/model/observation.ts';
import { unchangedSince } from '../../lifecycle/model/sightings.ts';

/** After this time one build asks the nodes again: an administrator may have set them up. */
const remembered = seconds(3600);
/** More registries than any platform has bases in; the oldest is forgotten first. */
const mostRegistries = 256;

/** The registries from which nodes could not pull a base lately, for all ImageSpecs of this process. */
export class PullTroubles {
  readonly #since = new Map<string, { readonly at: Instant; readonly trouble: PullTrouble }>();

  /** What still counts, with what these builds show. A trouble that is known already keeps its time. */
  of(seen: Seen<'now' | 'builds' | 'sightings' | 'patience'>): readonly PullTrouble[] {
    const { now } = seen;
    const sightings = { unchangedSince: (pod: PodState) => unchangedSince(seen, pod) };
    for (const trouble of pullTroublesIn(seen, sightings)) {
      const known = this.#since.get(trouble.registry);
      if (known === undefined || now >= known.at + remembered) {
        this.#since.delete(trouble.registry);
        this.#since.set(trouble.registry, { at: now, trouble });
      }
    }
    const [oldest] = this.#since.keys();
    if (oldest !== undefined && this.#since.size > mostRegistries) {
      this.#since.delete(oldest);
    }
    return [...this.#since.values()].flatMap(({ at, trouble }) => (now < at + remembered ? [trouble] : []));
  }
}
