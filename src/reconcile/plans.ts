import type { Failure } from '../api/failure.ts';
import type { Result } from '../api/result.ts';
import type { Plan } from '../dockerfile/plan.ts';
import type { SeenImageSpec } from './watched/projections.ts';

/** All that a spec says by itself. */
export interface Planned {
  readonly plan: Result<Plan, Failure>;
  /** The moving tag as `repository:tag`; null: it names none that can be read. */
  readonly output: string | null;
}

export interface PlansOptions {
  /** Reads a spec under the one configuration of this process. */
  readonly read: (seen: Readable) => Planned;
  /** Bytes of the specs whose plans are kept; of more, the plans that were wanted longest ago are read again. */
  readonly mostBytes: number;
}

/** What a plan is made from. */
export type Readable = Pick<SeenImageSpec, 'self' | 'spec' | 'tooLong'>;

/** What a plan costs beside its spec. */
const planBytes = 2048;

interface Kept {
  readonly uid: string;
  readonly generation: number;
  readonly planned: Planned;
  readonly bytes: number;
}

/**
 * What each spec says, read once for each (uid, generation): a resource that is looked at every few seconds is not parsed
 * every few seconds. The configuration never changes within a process.
 */
export class Plans {
  readonly #options: PlansOptions;
  /** By key; the one that was asked for longest ago is the first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(options: PlansOptions) {
    this.#options = options;
  }

  /** Plans that are kept now. */
  get size(): number {
    return this.#kept.size;
  }

  of(key: string, seen: Readable): Planned {
    const { uid, generation } = seen.self;
    const known = this.#kept.get(key);
    this.leave(key);
    const isCurrent = known?.uid === uid && known.generation === generation;
    const kept = isCurrent ? known : this.#read(seen);
    this.#kept.set(key, kept);
    this.#bytes += kept.bytes;
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= this.#options.mostBytes) {
        break;
      }
      this.leave(oldest);
    }
    return kept.planned;
  }

  /** Drops the plan of a resource that is gone. */
  leave(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }

  #read(seen: Readable): Kept {
    const { uid, generation } = seen.self;
    const bytes = planBytes + JSON.stringify(seen.spec).length;
    return { uid, generation, bytes, planned: this.#options.read(seen) };
  }
}
