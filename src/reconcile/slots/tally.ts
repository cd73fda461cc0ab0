/** A build or a launch that has started and not ended. */
export interface Taken {
  readonly namespace: string;
  /**
   * `slot`: it occupies a node. `slotOfNamespace`: it waits for a node, possibly for ever, as a Job whose Pod a quota refuses.
   * It then takes a slot of its namespace only, which bounds the starts at the end of the wait.
   */
  readonly takes: 'slot' | 'slotOfNamespace';
}

/** What is taken now. */
export interface Counts {
  /** Slots taken in all namespaces. Of one namespace no more count than it may take. */
  readonly slots: number;
  /** Slots taken in a namespace, without that limit. */
  readonly inNamespace: (namespace: string) => number;
}

/** What a namespace takes: on nodes, and at all. */
interface OfNamespace {
  onNodes: number;
  inAll: number;
}

/**
 * Counts what takes slots. A change costs the same, however many there are. Whoever may create Jobs in one namespace can make any
 * number that look like builds; they take no slot of another one.
 */
export class Tally implements Counts {
  readonly #perNamespace: number;
  readonly #taken = new Map<string, Taken>();
  readonly #byNamespace = new Map<string, OfNamespace>();
  #slots = 0;

  /** @param perNamespace the most slots of one namespace that count */
  constructor(perNamespace: number) {
    this.#perNamespace = perNamespace;
  }

  get slots(): number {
    return this.#slots;
  }

  inNamespace(namespace: string): number {
    return this.#byNamespace.get(namespace)?.inAll ?? 0;
  }

  /** Sets what an object takes; null: nothing. */
  set(id: string, taken: Taken | null): void {
    const before = this.#taken.get(id);
    if (before !== undefined) {
      this.#taken.delete(id);
      this.#add(before, -1);
    }
    if (taken !== null) {
      this.#taken.set(id, taken);
      this.#add(taken, 1);
    }
  }

  #add({ namespace, takes }: Taken, by: 1 | -1): void {
    const count = this.#byNamespace.get(namespace) ?? { onNodes: 0, inAll: 0 };
    this.#slots -= Math.min(this.#perNamespace, count.onNodes);
    count.inAll += by;
    count.onNodes += takes === 'slot' ? by : 0;
    this.#slots += Math.min(this.#perNamespace, count.onNodes);
    if (count.inAll === 0) {
      this.#byNamespace.delete(namespace);
    } else {
      this.#byNamespace.set(namespace, count);
    }
  }
}

/** What is taken while nothing is known. */
export const nothingTaken: Counts = new Tally(0);
