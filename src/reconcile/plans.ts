import { LRUCache } from 'lru-cache';
import type { Failure } from '../api/failure.ts';
import type { Result } from '../api/result.ts';
import type { Plan } from '../dockerfile/plan.ts';
import type { SeenImageSpec } from './watched/projections.ts';

/** Everything that follows from a spec alone. */
export interface Planned {
  readonly plan: Result<Plan, Failure>;
  /** The moving tag as `repository:tag`; null: the spec names no valid one. */
  readonly output: string | null;
}

export interface PlansOptions {
  /** Reads a spec under the configuration of this process. */
  readonly read: (seen: Readable) => Planned;
  /** Most bytes of specs with kept plans. Beyond it the operator drops the plans with the oldest use. */
  readonly mostBytes: number;
}

/** The source of a plan. */
export type Readable = Pick<SeenImageSpec, 'self' | 'spec' | 'tooLong'>;

/** Bytes of specs with kept plans; plans take a few times as much. A usual spec has 1 kB, the longest 200 kB. */
export const mostPlanned = 16 * 2 ** 20;

/** Milliseconds of rest that are worth the plan's making. */
const longRest = 60_000;

/** Bytes of a plan in addition to its spec. */
const planBytes = 2048;

interface Kept {
  readonly uid: string;
  readonly generation: number;
  readonly planned: Planned;
  readonly bytes: number;
}

/**
 * Plans of specs, read once per (uid, generation), so that frequent passes do not parse a spec again. The configuration never
 * changes within a process.
 */
export class Plans {
  readonly #options: PlansOptions;
  /** By key. */
  readonly #kept: LRUCache<string, Kept>;

  constructor(options: PlansOptions) {
    this.#options = options;
    this.#kept = new LRUCache({ maxSize: options.mostBytes, sizeCalculation: ({ bytes }) => bytes });
  }

  /** Number of kept plans. */
  get size(): number {
    return this.#kept.size;
  }

  of(key: string, seen: Readable): Planned {
    const { uid, generation } = seen.self;
    const known = this.#kept.get(key);
    if (known?.uid === uid && known.generation === generation) {
      return known.planned;
    }
    const read = this.#read(seen);
    this.#kept.set(key, read);
    return read.planned;
  }

  /** Drops the plan of an ImageSpec that rests for long, as most do: it takes more memory than all else about it. */
  rest(key: string, milliseconds: number): void {
    if (milliseconds > longRest) {
      this.leave(key);
    }
  }

  /** Drops the plan of a deleted ImageSpec. */
  leave(key: string): void {
    this.#kept.delete(key);
  }

  #read(seen: Readable): Kept {
    const { uid, generation } = seen.self;
    const bytes = planBytes + JSON.stringify(seen.spec).length;
    return { uid, generation, bytes, planned: this.#options.read(seen) };
  }
}
