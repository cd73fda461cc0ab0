import type { Failure } from '../api/failure.ts';
import type { Result } from '../api/result.ts';
import type { Plan } from '../dockerfile/plan.ts';
import type { Asked } from '../imagespec/resolveSpec.ts';
import type { SeenImageSpec } from './watched/projections.ts';

/** All that a spec says by itself. */
export interface Planned {
  readonly plan: Result<Plan, Failure>;
  /** The moving tag as `repository:tag`; null: it names none that can be read. */
  readonly output: string | null;
}

export interface PlansOptions {
  /** Reads a spec under the one configuration of this process. */
  readonly read: (asked: Asked) => Planned;
  /** Plans that are kept; of more, those that were asked for longest ago are read again. */
  readonly most: number;
}

interface Kept {
  readonly uid: string;
  readonly generation: number;
  readonly planned: Planned;
}

/**
 * What each spec says, read once for each (uid, generation): a resource that is looked at every few seconds is not parsed
 * every few seconds. The configuration never changes within a process.
 */
export class Plans {
  readonly #options: PlansOptions;
  /** By key; the one that was asked for longest ago is the first. */
  readonly #kept = new Map<string, Kept>();

  constructor(options: PlansOptions) {
    this.#options = options;
  }

  /** Plans that are kept now. */
  get size(): number {
    return this.#kept.size;
  }

  of(key: string, { self, spec }: Pick<SeenImageSpec, 'self' | 'spec'>): Planned {
    const { uid, generation, namespace, name } = self;
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    const isCurrent = known?.uid === uid && known.generation === generation;
    const planned = isCurrent ? known.planned : this.#options.read({ namespace, name, spec });
    this.#kept.set(key, { uid, generation, planned });
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= this.#options.most) {
        break;
      }
      this.#kept.delete(oldest);
    }
    return planned;
  }

  /** Drops the plan of a resource that is gone. */
  leave(key: string): void {
    this.#kept.delete(key);
  }
}
