import type { Clock } from '../../kubernetes/clock.ts';
import { splitKey } from '../../kubernetes/object.ts';
import type { Budget } from './budget.ts';

/** A question, or a write to a registry. It may take long, so no worker waits for it. */
export interface Errand {
  /** Unique among the errands of one ImageSpec. */
  readonly name: string;
  /** The registry; `null`: the API server. */
  readonly host: string | null;
  /** Runs the errand and keeps its result; `tryLater`: there is no result for the next pass. */
  readonly run: () => Promise<'done' | 'tryLater'>;
}

export interface ErrandsOptions {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly budgets: { readonly registries: Budget; readonly cluster: Budget };
  /** Queues another pass, because the results have arrived. */
  readonly wake: (key: string) => void;
  /** Queues another pass after a pause. */
  readonly wakeLater: (key: string) => void;
  /** Receives an error of an errand (a bug or a lost connection), and queues another pass after a pause. */
  readonly onError: (key: string, error: unknown) => void;
}

/** The errands of an ImageSpec in one era of its memory. */
interface Open {
  readonly era: object;
  /** Running errands, with their start times. */
  readonly since: Map<string, number>;
  /** The errands for which the last pass waits. */
  wanted: ReadonlySet<string>;
  /** Errands started since a pass last came to rest without any. */
  begun: number;
}

/** Result of `send`. */
export interface Sent {
  /** Milliseconds since the first of these errands started. */
  readonly elapsed: number;
  /** Errands started since a pass last came to rest without any. */
  readonly begun: number;
}

/** Most running errands of one ImageSpec; others wait. 32 images and the questions of a build are fewer. */
const mostOpen = 64;

/** Runs errands beside the workers. A pass sends them and rests; the last result queues the next pass. */
export class Errands {
  readonly #options: ErrandsOptions;
  readonly #byKey = new Map<string, Open>();

  constructor(options: ErrandsOptions) {
    this.#options = options;
  }

  /** How many wait for room, by whom they are for. */
  get waiting(): { readonly registries: number; readonly cluster: number } {
    const { registries, cluster } = this.#options.budgets;
    return { registries: registries.waiting, cluster: cluster.waiting };
  }

  /**
   * Starts errands that are not running yet, and drops waiting ones that no pass wants any more.
   * @param era running errands of another era do not count
   */
  send(key: string, era: object, errands: readonly Errand[]): Sent {
    const { clock } = this.#options;
    const known = this.#byKey.get(key);
    const open: Open = known?.era === era ? known : { era, since: new Map(), wanted: new Set(), begun: 0 };
    this.#byKey.set(key, open);
    open.wanted = new Set(errands.map(({ name }) => name));
    for (const errand of errands) {
      if (!open.since.has(errand.name) && open.since.size < mostOpen) {
        open.since.set(errand.name, clock.elapsed());
        open.begun += 1;
        void this.#run(key, open, errand);
      }
    }
    const begun = errands.map(({ name }) => open.since.get(name) ?? clock.elapsed());
    return { elapsed: clock.elapsed() - Math.min(...begun), begun: open.begun };
  }

  /** Records that a pass came to rest without errands. */
  rest(key: string): void {
    const open = this.#byKey.get(key);
    if (open !== undefined) {
      open.wanted = new Set();
      open.begun = 0;
    }
    if (open?.since.size === 0) {
      this.#byKey.delete(key);
    }
  }

  /** Forgets a deleted ImageSpec. */
  leave(key: string): void {
    this.#byKey.delete(key);
  }

  async #run(key: string, open: Open, { name, host, run }: Errand): Promise<void> {
    const { budgets, wake, wakeLater, onError } = this.#options;
    const budget = host === null ? budgets.cluster : budgets.registries;
    const isCurrent = (): boolean => this.#byKey.get(key) === open;
    const isWanted = (): boolean => isCurrent() && open.wanted.has(name);
    const payer = { namespace: splitKey(key).namespace, host: host ?? '' };
    const end = await budget.run(payer, isWanted, run).catch((error: unknown) => {
      onError(key, error);
      return 'failed' as const;
    });
    open.since.delete(name);
    if (end === 'failed' || !isCurrent() || [...open.wanted].some((other) => open.since.has(other))) {
      return;
    }
    if (end === 'tryLater') {
      wakeLater(key);
    } else {
      wake(key);
    }
  }
}
