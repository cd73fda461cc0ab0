import type { Clock } from '../../kubernetes/clock.ts';
import { splitKey } from '../../kubernetes/object.ts';
import type { Budget } from './budget.ts';

/** Something that waits for others, which no worker waits for: a question, or a write to a registry. */
export interface Errand {
  /** Tells the errands of one resource apart. */
  readonly name: string;
  /** The registry; `null`: the API server. */
  readonly host: string | null;
  /** Does it, and remembers what came of it; `tryLater`: nothing that the next pass could go by. */
  readonly run: () => Promise<'done' | 'tryLater'>;
}

/** What errands need. */
export interface ErrandsOptions {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly budgets: { readonly registries: Budget; readonly cluster: Budget };
  /** Asks for another pass: what was waited for has come. */
  readonly wake: (key: string) => void;
  /** Asks for another pass after a pause. */
  readonly wakeLater: (key: string) => void;
  /** Told of what an errand throws, which is a bug or a lost connection; asks for another pass after a pause. */
  readonly onError: (key: string, error: unknown) => void;
}

/** The errands of one life of a resource. */
interface Open {
  readonly era: object;
  /** Errands under way, with the moment at which each began. */
  readonly since: Map<string, number>;
  /** Those that the last pass waits for. */
  wanted: ReadonlySet<string>;
  /** Errands begun since a pass last came to rest without any. */
  begun: number;
}

/** What is known of errands once they are sent. */
export interface Sent {
  /** For how many milliseconds the first of them has been under way. */
  readonly elapsed: number;
  /** How many were begun since a pass last came to rest without any. */
  readonly begun: number;
}

/** More for one resource are begun once others have come back: 32 images and what belongs to a build are fewer. */
const mostOpen = 64;

/** Runs errands beside the workers: a pass sends them and rests, and the last to come back calls for the next pass. */
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
   * Sends those that are not under way; those that no pass waits for any more are dropped before they begin.
   * @param era what is under way for another one does not count
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

  /** A pass came to rest, and waits for none. */
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

  /** A resource is gone. */
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
