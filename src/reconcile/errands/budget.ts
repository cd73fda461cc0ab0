import { RoundRobin } from '../../kubernetes/queue/roundRobin.ts';

/** Limits of concurrent errands. */
export interface BudgetLimits {
  readonly total: number;
  readonly perNamespace: number;
  readonly perHost: number;
  /** For one namespace at one host, so that a slow host leaves the namespace room for its other hosts. */
  readonly perNamespaceAtHost: number;
}

/** Concurrent questions to the API server. */
export const clusterLimits: BudgetLimits = { total: 16, perNamespace: 8, perHost: 16, perNamespaceAtHost: 8 };

/** The namespace and the host of an errand. */
export interface Payer {
  readonly namespace: string;
  readonly host: string;
}

interface Waiting {
  readonly begin: () => void;
  /** False once no pass waits for the errand; the budget then drops it. */
  readonly isWanted: () => boolean;
  readonly drop: () => void;
}

/** A limit with the errands that run under it, and the lanes that wait for room. */
interface Gate {
  readonly limit: number;
  running: number;
  readonly parked: RoundRobin<Lane>;
}

/** The errands of one namespace at one host. A lane with waiting errands is ready, or parked at a full gate. */
interface Lane extends Payer {
  readonly gate: Gate;
  readonly waiting: Set<Waiting>;
}

interface Namespace {
  readonly gate: Gate;
  /** By host. */
  readonly lanes: Map<string, Lane>;
  waiting: number;
  /** The budget drops unwanted errands once so many wait. */
  sweepAt: number;
}

/** Below this number, waiting errands that no pass wants stay until their turn. */
const leastSweep = 256;

/**
 * Limits work that waits for registries and the API server. Namespaces take turns: a namespace with many questions, or with
 * a host that never answers, delays only itself. The cost of a start does not grow with what waits.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #namespaces = new Map<string, Namespace>();
  /** By host. */
  readonly #hosts = new Map<string, Gate>();
  /** Lanes that may have room. */
  readonly #ready = new RoundRobin<Lane>();
  #running = 0;
  #waiting = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** Number of waiting errands. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Runs work once there is room; `dropped` if no pass waits for the work by then.
   * @throws every error of the work
   */
  run<T>(payer: Payer, isWanted: () => boolean, work: () => Promise<T>): Promise<T | 'dropped'> {
    const result = Promise.withResolvers<T | 'dropped'>();
    const lane = this.#laneOf(payer);
    const begin = (): void => {
      const working = work();
      const end = (): void => this.#end(lane);
      working.then(end, end);
      working.then(result.resolve, result.reject);
    };
    this.#add(lane, { begin, isWanted, drop: () => result.resolve('dropped') });
    this.#dispatch();
    return result.promise;
  }

  #add(lane: Lane, errand: Waiting): void {
    const namespace = this.#namespaceOf(lane.namespace);
    lane.waiting.add(errand);
    namespace.waiting += 1;
    this.#waiting += 1;
    if (namespace.waiting >= namespace.sweepAt) {
      for (const other of namespace.lanes.values()) {
        this.#dropUnwanted(other, other.waiting);
      }
      // Twice as many, so that the cost for each errand does not grow.
      namespace.sweepAt = Math.max(leastSweep, 2 * namespace.waiting);
    }
    if (lane.waiting.size === 1) {
      this.#ready.add(lane.namespace, lane);
    }
  }

  #dispatch(): void {
    while (this.#running < this.#limits.total) {
      const lane = this.#ready.take()?.item;
      if (lane === undefined) {
        return;
      }
      const full = this.#gatesOf(lane).find(({ limit, running }) => running >= limit);
      const next = full === undefined ? this.#takeFrom(lane) : undefined;
      if (next !== undefined) {
        this.#begin(lane, next);
      } else {
        full?.parked.add(lane.namespace, lane);
        this.#passOn(lane);
      }
    }
  }

  #begin(lane: Lane, { begin }: Waiting): void {
    this.#running += 1;
    for (const gate of this.#gatesOf(lane)) {
      gate.running += 1;
    }
    if (lane.waiting.size > 0) {
      this.#ready.add(lane.namespace, lane);
    }
    begin();
  }

  #end(lane: Lane): void {
    this.#running -= 1;
    for (const gate of this.#gatesOf(lane)) {
      gate.running -= 1;
    }
    this.#passOn(lane);
    this.#dispatch();
  }

  /** Lets the next lane of each gate with room try, in place of one that does not use it. */
  #passOn(lane: Lane): void {
    for (const gate of this.#gatesOf(lane)) {
      const next = gate.running < gate.limit ? gate.parked.take()?.item : undefined;
      if (next !== undefined) {
        this.#ready.add(next.namespace, next);
      }
    }
    this.#forgetIdle(lane);
  }

  /** The first errand that a pass wants; those before it are dropped. */
  #takeFrom(lane: Lane): Waiting | undefined {
    for (const errand of lane.waiting) {
      if (errand.isWanted()) {
        this.#leave(lane, errand);
        return errand;
      }
      this.#dropUnwanted(lane, [errand]);
    }
    return undefined;
  }

  #dropUnwanted(lane: Lane, errands: Iterable<Waiting>): void {
    for (const errand of errands) {
      if (!errand.isWanted()) {
        this.#leave(lane, errand);
        errand.drop();
      }
    }
  }

  #leave(lane: Lane, errand: Waiting): void {
    lane.waiting.delete(errand);
    this.#namespaceOf(lane.namespace).waiting -= 1;
    this.#waiting -= 1;
  }

  #gatesOf({ namespace, host, gate }: Lane): readonly Gate[] {
    return [gate, this.#hostOf(host), this.#namespaceOf(namespace).gate];
  }

  #laneOf({ namespace, host }: Payer): Lane {
    const { lanes } = this.#namespaceOf(namespace);
    const lane = lanes.get(host) ?? {
      namespace,
      host,
      gate: gateOf(this.#limits.perNamespaceAtHost),
      waiting: new Set(),
    };
    lanes.set(host, lane);
    return lane;
  }

  #hostOf(host: string): Gate {
    const gate = this.#hosts.get(host) ?? gateOf(this.#limits.perHost);
    this.#hosts.set(host, gate);
    return gate;
  }

  #namespaceOf(name: string): Namespace {
    const namespace = this.#namespaces.get(name) ?? {
      gate: gateOf(this.#limits.perNamespace),
      lanes: new Map(),
      waiting: 0,
      sweepAt: leastSweep,
    };
    this.#namespaces.set(name, namespace);
    return namespace;
  }

  /** Nothing stays of a host and a namespace without errands. */
  #forgetIdle(lane: Lane): void {
    const namespace = this.#namespaceOf(lane.namespace);
    if (lane.waiting.size === 0 && isIdle(lane.gate)) {
      namespace.lanes.delete(lane.host);
    }
    if (namespace.lanes.size === 0 && isIdle(namespace.gate)) {
      this.#namespaces.delete(lane.namespace);
    }
    if (isIdle(this.#hostOf(lane.host))) {
      this.#hosts.delete(lane.host);
    }
  }
}

function gateOf(limit: number): Gate {
  return { limit, running: 0, parked: new RoundRobin() };
}

function isIdle({ running, parked }: Gate): boolean {
  return running === 0 && parked.size === 0;
}
