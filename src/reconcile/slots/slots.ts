import type { Instant } from '../../api/time.ts';
import { splitKey } from '../../kubernetes/object.ts';
import { type Counts, Tally } from './tally.ts';

/** Limits of concurrent runs. */
export interface Limits {
  readonly total: number;
  readonly perNamespace: number;
}

export interface SlotsOptions {
  readonly limits: Limits;
  /** Counts the started builds or launches in the caches. */
  readonly running: () => Counts;
  /** Called with the key of a waiting ImageSpec for which there is room. */
  readonly call: (key: string) => void;
}

interface Ticket {
  readonly namespace: string;
  readonly key: string;
  readonly since: Instant;
}

/**
 * Slots for one kind of work, builds or launches: first come, first served. A namespace at its limit is passed over, so that
 * it delays no other.
 */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #tickets = new Map<string, Ticket>();
  /** The same tickets, in their order. */
  readonly #ordered: Ticket[] = [];
  /** By key, while the operator creates the object: it takes a slot until the caches have the object. */
  readonly #starting: Tally;

  constructor(options: SlotsOptions) {
    this.#options = options;
    this.#starting = new Tally(options.limits.perNamespace);
  }

  /** Number of waiting ImageSpecs. */
  get waiting(): number {
    return this.#tickets.size;
  }

  /** Start of an ImageSpec's wait; undefined without a ticket. */
  since(key: string): Instant | undefined {
    return this.#tickets.get(key)?.since;
  }

  /** Whether an ImageSpec may start now; without a ticket it comes after all with one. */
  mayStart(key: string, now: Instant): boolean {
    const isWaiting = this.#tickets.has(key);
    return this.#admitted(isWaiting ? null : ticket(key, now)).includes(key);
  }

  /** Gives an ImageSpec a ticket of this time. */
  wait(key: string, since: Instant): void {
    if (this.since(key) !== since) {
      this.#drop(key);
      const one = ticket(key, since);
      this.#tickets.set(key, one);
      this.#ordered.splice(this.#placeOf(one), 0, one);
    }
  }

  /** Takes an ImageSpec's ticket back, and calls waiting ImageSpecs that may start now. */
  leave(key: string): void {
    this.#drop(key);
    this.callNext();
  }

  /** Calls waiting ImageSpecs that may start now: time alone may have freed a slot. */
  callNext(): void {
    if (this.#tickets.size > 0) {
      this.#admitted(null).forEach(this.#options.call);
    }
  }

  /** Creates the object of an ImageSpec. The ImageSpec takes a slot meanwhile, and loses its ticket. */
  async start<T>(key: string, create: () => Promise<T>): Promise<T> {
    this.#drop(key);
    this.#starting.set(key, { namespace: splitKey(key).namespace, takes: 'slot' });
    try {
      return await create();
    } finally {
      this.#starting.set(key, null);
    }
  }

  #drop(key: string): void {
    const one = this.#tickets.get(key);
    if (one !== undefined) {
      this.#tickets.delete(key);
      this.#ordered.splice(this.#placeOf(one), 1);
    }
  }

  /** The index of a ticket in their order, or the one where it belongs. */
  #placeOf(one: Ticket): number {
    let [from, to] = [0, this.#ordered.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = this.#ordered[middle];
      if (other !== undefined && isBefore(other, one)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** The keys that may start now, of the waiting ones and of one more. */
  #admitted(more: Ticket | null): readonly string[] {
    const { limits, running } = this.#options;
    const now = running();
    const left = limits.total - now.slots - this.#starting.slots;
    const admitted: string[] = [];
    const inNamespace = new Map<string, number>();
    const admit = ({ namespace, key }: Ticket): void => {
      const there = inNamespace.get(namespace) ?? now.inNamespace(namespace) + this.#starting.inNamespace(namespace);
      if (there < limits.perNamespace) {
        inNamespace.set(namespace, there + 1);
        admitted.push(key);
      }
    };
    let open = more;
    for (const one of this.#ordered) {
      if (open !== null && admitted.length < left && isBefore(open, one)) {
        admit(open);
        open = null;
      }
      if (admitted.length >= left) {
        return admitted;
      }
      admit(one);
    }
    if (open !== null && admitted.length < left) {
      admit(open);
    }
    return admitted;
  }
}

function isBefore(one: Ticket, other: Ticket): boolean {
  return one.since < other.since || (one.since === other.since && one.key < other.key);
}

function ticket(key: string, since: Instant): Ticket {
  return { namespace: splitKey(key).namespace, key, since };
}
