import type { Instant } from '../../api/time.ts';
import type { Config } from '../../config/schema.ts';
import { splitKey } from '../../kubernetes/object.ts';
import { admit, type Ticket } from './queue.ts';

/** Whose turn it is to build: tickets of those that wait, and those whose Job is being created just now. */
export class Turns {
  readonly #limits: Pick<Config['build'], 'concurrency' | 'concurrencyPerNamespace'>;
  readonly #tickets = new Map<string, Ticket>();
  /** They count as running until the cache has the Job. */
  readonly #starting = new Map<string, string>();

  constructor(limits: Pick<Config['build'], 'concurrency' | 'concurrencyPerNamespace'>) {
    this.#limits = limits;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#tickets.size;
  }

  /** Whether a resource may start now, given the namespace of each build that runs. */
  mayStart(key: string, now: Instant, running: readonly string[]): boolean {
    const { namespace } = splitKey(key);
    const mine: readonly Ticket[] = this.#tickets.has(key) ? [] : [{ namespace, key, queuedTime: now }];
    return this.#admitted(running, mine).includes(key);
  }

  /** Those that wait and may start now. */
  next(running: readonly string[]): readonly string[] {
    return this.#tickets.size === 0 ? [] : this.#admitted(running, []);
  }

  /** A resource waits since then. */
  wait(key: string, queuedTime: Instant): void {
    this.#tickets.set(key, { namespace: splitKey(key).namespace, key, queuedTime });
  }

  /** A resource does not wait any more. */
  leave(key: string): void {
    this.#tickets.delete(key);
  }

  /** The Job of a resource is being created. */
  begin(key: string): void {
    this.#starting.set(key, splitKey(key).namespace);
    this.#tickets.delete(key);
  }

  /** It has been created, or not: the cache knows. */
  begun(key: string): void {
    this.#starting.delete(key);
  }

  #admitted(running: readonly string[], more: readonly Ticket[]): readonly string[] {
    const { concurrency, concurrencyPerNamespace } = this.#limits;
    return admit([...this.#tickets.values(), ...more], [...this.#starting.values(), ...running], {
      total: concurrency,
      perNamespace: concurrencyPerNamespace,
    });
  }
}
