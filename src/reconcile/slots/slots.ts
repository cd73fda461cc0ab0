import type { Instant } from '../../api/time.ts';
import { splitKey } from '../../kubernetes/object.ts';

/** How many may run concurrently. */
export interface Limits {
  readonly total: number;
  readonly perNamespace: number;
}

/** One that was started and has not ended. */
export interface Taken {
  readonly namespace: string;
  /**
   * Whether it occupies a node. What waits for one, such as a Job whose Pod a quota refuses, may wait for ever: it keeps a slot
   * of its namespace, which bounds what starts when the wait ends, and none of all.
   */
  readonly takes: 'slot' | 'slotOfNamespace';
}

export interface SlotsOptions {
  readonly limits: Limits;
  /** Those that were started, as the caches have it. */
  readonly running: () => readonly Taken[];
  /** A resource that waits may look again: there is room for it. */
  readonly call: (key: string) => void;
}

interface Ticket {
  readonly namespace: string;
  readonly key: string;
  readonly since: Instant;
}

/**
 * Room for one kind of work, builds or launches: first come, first served. A namespace at its limit is passed over, so that
 * it holds up no other.
 */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #tickets = new Map<string, Ticket>();
  /** The namespace of each one whose object is being created: it takes a slot until the caches have the object. */
  readonly #starting = new Map<string, string>();

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#tickets.size;
  }

  /** Since when a resource waits; undefined when it does not. */
  since(key: string): Instant | undefined {
    return this.#tickets.get(key)?.since;
  }

  /** Whether a resource may start now; one without a ticket comes after those that have waited until now. */
  mayStart(key: string, now: Instant): boolean {
    const mine: readonly Ticket[] = this.#tickets.has(key) ? [] : [ticket(key, now)];
    return this.#admitted(mine).includes(key);
  }

  /** A resource waits since then. */
  wait(key: string, since: Instant): void {
    this.#tickets.set(key, ticket(key, since));
  }

  /** A resource does not wait any more, and its slot may be free: calls those that wait and may start now. */
  leave(key: string): void {
    this.#tickets.delete(key);
    this.callNext();
  }

  /** Calls those that wait and may start now: time alone may have freed a slot. */
  callNext(): void {
    if (this.#tickets.size > 0) {
      this.#admitted([]).forEach(this.#options.call);
    }
  }

  /** Runs what creates the object of a resource; it takes a slot meanwhile, and its ticket is used up. */
  async start<T>(key: string, create: () => Promise<T>): Promise<T> {
    this.#tickets.delete(key);
    this.#starting.set(key, splitKey(key).namespace);
    try {
      return await create();
    } finally {
      this.#starting.delete(key);
    }
  }

  /** Whose turn it is among those that wait and these. */
  #admitted(more: readonly Ticket[]): readonly string[] {
    const { limits, running } = this.#options;
    const starting = [...this.#starting.values()].map((namespace): Taken => ({ namespace, takes: 'slot' }));
    const taken = [...starting, ...running()];
    const inNamespace = new Map<string, number>();
    for (const { namespace } of taken) {
      inNamespace.set(namespace, (inNamespace.get(namespace) ?? 0) + 1);
    }
    const inAll = taken.filter(({ takes }) => takes === 'slot').length;
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

function ticket(key: string, since: Instant): Ticket {
  return { namespace: splitKey(key).namespace, key, since };
}
