/** Limits of concurrent errands. */
export interface BudgetLimits {
  readonly total: number;
  readonly perNamespace: number;
  readonly perHost: number;
  /** For one namespace at one host, so that a slow host leaves the namespace room for its other hosts. */
  readonly perNamespaceAtHost: number;
}

/** The namespace and the host of an errand. */
export interface Payer {
  readonly namespace: string;
  readonly host: string;
}

interface Waiting extends Payer {
  readonly begin: () => void;
  /** False once no pass waits for the errand; the budget then drops it. */
  readonly isWanted: () => boolean;
  readonly drop: () => void;
}

/** The budget drops unwanted errands of a namespace whenever this many more have gathered. */
const sweepEvery = 256;

/**
 * Limits work that waits for registries and the API server. Namespaces take turns: a namespace with many questions, or with
 * a host that never answers, delays only itself.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  /** Queues by namespace, in the order of their turns. */
  readonly #queues = new Map<string, Waiting[]>();
  /** Number of running errands, by counted name. */
  readonly #counts = new Map<string, number>();

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** Number of waiting errands. */
  get waiting(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  /**
   * Runs work once there is room; `dropped` if no pass waits for the work by then.
   * @throws every error of the work
   */
  run<T>(payer: Payer, isWanted: () => boolean, work: () => Promise<T>): Promise<T | 'dropped'> {
    const result = Promise.withResolvers<T | 'dropped'>();
    const begin = (): void => {
      this.#count(payer, 1);
      const end = (): void => {
        this.#count(payer, -1);
        this.#dispatch();
      };
      const working = work();
      working.then(end, end);
      working.then(result.resolve, result.reject);
    };
    const { namespace } = payer;
    let queue = this.#queues.get(namespace) ?? [];
    if (queue.length > 0 && queue.length % sweepEvery === 0) {
      queue = dropUnwanted(queue);
    }
    queue.push({ ...payer, begin, isWanted, drop: () => result.resolve('dropped') });
    this.#queues.set(namespace, queue);
    this.#dispatch();
    return result.promise;
  }

  #dispatch(): void {
    while (this.#under('') < this.#limits.total) {
      const next = this.#next();
      if (next === undefined) {
        return;
      }
      next.begin();
    }
  }

  /** The next errand: from the namespace with the fewest running, and among equals the one with the oldest turn. */
  #next(): Waiting | undefined {
    const order = [...this.#queues].toSorted(([a], [b]) => this.#under(`n ${a}`) - this.#under(`n ${b}`));
    for (const [namespace, queue] of order) {
      const next = this.#takeFrom(queue);
      if (next !== undefined || queue.length === 0) {
        this.#queues.delete(namespace);
      }
      if (next !== undefined && queue.length > 0) {
        this.#queues.set(namespace, queue);
      }
      if (next !== undefined) {
        return next;
      }
    }
    return undefined;
  }

  /** The first errand with room at its host; unwanted errands are dropped. */
  #takeFrom(queue: Waiting[]): Waiting | undefined {
    for (let at = 0; at < queue.length; ) {
      const one = queue[at];
      if (one === undefined || !this.#hasRoomInNamespace(one)) {
        return undefined;
      }
      if (!one.isWanted()) {
        queue.splice(at, 1);
        one.drop();
      } else if (this.#hasRoomAtHost(one)) {
        queue.splice(at, 1);
        return one;
      } else {
        at += 1;
      }
    }
    return undefined;
  }

  #hasRoomInNamespace({ namespace }: Payer): boolean {
    return this.#under(`n ${namespace}`) < this.#limits.perNamespace;
  }

  #hasRoomAtHost({ namespace, host }: Payer): boolean {
    return (
      this.#under(`h ${host}`) < this.#limits.perHost &&
      this.#under(`${namespace} ${host}`) < this.#limits.perNamespaceAtHost
    );
  }

  #under(counted: string): number {
    return this.#counts.get(counted) ?? 0;
  }

  #count({ namespace, host }: Payer, by: 1 | -1): void {
    for (const counted of ['', `n ${namespace}`, `h ${host}`, `${namespace} ${host}`]) {
      const count = this.#under(counted) + by;
      if (count === 0) {
        this.#counts.delete(counted);
      } else {
        this.#counts.set(counted, count);
      }
    }
  }
}

function dropUnwanted(queue: readonly Waiting[]): Waiting[] {
  const wanted: Waiting[] = [];
  for (const one of queue) {
    if (one.isWanted()) {
      wanted.push(one);
    } else {
      one.drop();
    }
  }
  return wanted;
}
