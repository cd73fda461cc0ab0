import type { Instant } from '../../api/time.ts';
import { splitKey } from '../../kubernetes/object.ts';

/** Limits of concurrent runs. */
export interface Limits {
  readonly total: number;
  readonly perNamespace: number;
}

/** A build or a launch that has started and not ended. */
export interface Taken {
  readonly namespace: string;
  /**
   * `slot`: it occupies a node. `slotOfNamespace`: it waits for a node, possibly for ever, as a Job whose Pod a quota refuses.
   * It then takes a slot of its namespace only, which bounds the starts at the end of the wait.
   */
  readonly takes: 'slot' | 'slotOfNamespace';
}

export interface SlotsOptions {
  readonly limits: Limits;
  /** Returns the started builds or launches in the caches. */
  readonly running: () => readonly Taken[];
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
  /** Namespaces by key, while the operator creates the object: it takes a slot until the caches have the object. */
  readonly #starting = new Map<string, string>();

  constructor(options: SlotsOptions) {
    this.#options = options;
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
    const mine: readonly Ticket[] = this.#tickets.has(key) ? [] : [ticket(key, now)];
    return this.#admitted(mine).includes(key);
  }

  /** Gives an ImageSpec a ticket of this time. */
  wait(key: string, since: Instant): void {
    this.#tickets.set(key, ticket(key, since));
  }

  /** Takes an ImageSpec's ticket back, and calls waiting ImageSpecs that may start now. */
  leave(key: string): void {
    this.#tickets.delete(key);
    this.callNext();
  }

  /** Calls waiting ImageSpecs that may start now: time alone may have freed a slot. */
  callNext(): void {
    if (this.#tickets.size > 0) {
      this.#admitted([]).forEach(this.#options.call);
    }
  }

  /** Creates the object of an ImageSpec. The ImageSpec takes a slot meanwhile, and loses its ticket. */
  async start<T>(key: string, create: () => Promise<T>): Promise<T> {
    this.#tickets.delete(key);
    this.#starting.set(key, splitKey(key).namespace);
    try {
      return await create();
    } finally {
      this.#starting.delete(key);
    }
  }

  /** The keys that may start now, of the waiting ones and these. */
  #admitted(more: readonly Ticket[]): readonly string[] {
    const { limits, running } = this.#options;
    const starting = [...this.#starting.values()].map((namespace): Taken => ({ namespace, takes: 'slot' }));
    const taken = [...starting, ...running()];
    const inNamespace = new Map<string, number>();
    for (const { namespace } of taken) {
      inNamespace.set(namespace, (inNamespace.get(namespace) ?? 0) + 1);
    }
    const inAll = slotsOf(taken, limits.perNamespace);
    const admitted: string[] = [];
    const ordered = [...this.#tickets.values(), ...more].toSorted(
      (a, b) => a.since - b.since || (a.key < b.key ? -1 : 1),
    );
    for (const { namespace, key } of ordered) {
      if (inAll + admitted.length >= limits.total) {
        break;
      }
      const there = inNamespace.get(namespace) ?? 0;
      if (there < limits.perNamespace) {
        inNamespace.set(namespace, there + 1);
        admitted.push(key);
      }
    }
    return admitted;
  }
}

/** Whoever may create Jobs in one namespace can make any number that look like builds; they take no slot of another one. */
function slotsOf(taken: readonly Taken[], perNamespace: number): number {
  const inNamespace = new Map<string, number>();
  for (const { namespace, takes } of taken) {
    const more = takes === 'slot' ? 1 : 0;
    inNamespace.set(namespace, Math.min(perNamespace, (inNamespace.get(namespace) ?? 0) + more));
  }
  return [...inNamespace.values()].reduce((sum, count) => sum + count, 0);
}

function ticket(key: string, since: Instant): Ticket {
  return { namespace: splitKey(key).namespace, key, since };
}
