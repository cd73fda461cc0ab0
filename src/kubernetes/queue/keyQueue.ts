import type { Cancel, Clock } from '../clock.ts';
import { type Backoff, backoffDelay, type Random } from './backoff.ts';
import { RoundRobin } from './roundRobin.ts';

export interface KeyQueueOptions {
  /**
   * Handles one key, never twice concurrently for the same key. An exception is a bug: `onError` reports it, and the
   * key is retried with back-off.
   */
  readonly handle: (key: string) => Promise<void>;
  /** Number of keys handled concurrently. */
  readonly workers: number;
  /** Groups take turns, so that none waits for all the keys of another. */
  readonly groupOf: (key: string) => string;
  /** What a key waits for when it becomes ready. `routine` keys get one turn after several `urgent` ones, and all others. */
  readonly urgencyOf: (key: string) => Urgency;
  /** Delays of addRateLimited. */
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly random: Random;
  readonly onError: (key: string, error: unknown) => void;
  /** For metrics; called synchronously. */
  readonly observe?: {
    /** A key was queued, or queued again while its handler ran. */
    readonly added: () => void;
    /** Number of ready keys, after each change. */
    readonly depth: (keys: number) => void;
    /** Time for which a key was ready when a worker took it. */
    readonly waited: (milliseconds: number) => void;
    /** Duration of a handler. */
    readonly worked: (milliseconds: number) => void;
    /** A key was added with back-off. */
    readonly retried: () => void;
  };
}

/** Whether a user waits for what the handler of a key begins. */
export type Urgency = 'urgent' | 'routine';

/** Most turns in a row of urgent keys while a routine one waits. */
export const urgentInARow = 7;

/**
 * A queue of keys with the semantics of client-go's rate-limiting work queue (k8s.io/client-go/util/workqueue). A
 * waiting key is queued once. A key added while its handler runs is handled again afterwards. Groups take turns; within a group, first
 * come, first served. Urgent keys come before routine ones, which get one turn in eight at least.
 */
export class KeyQueue {
  readonly #options: KeyQueueOptions;
  /** Ready keys, with the time at which they became ready. */
  readonly #ready = new Map<string, number>();
  /** The same keys, in their order. */
  readonly #order = { urgent: new RoundRobin<string>(), routine: new RoundRobin<string>() };
  #urgentInARow = 0;
  readonly #running = new Set<string>();
  /** Keys added while their handler ran. */
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, { readonly due: number; readonly cancel: Cancel }>();
  readonly #failures = new Map<string, number>();
  #state: 'new' | 'started' | 'stopped' = 'new';
  #whenIdle: (() => void) | undefined;

  constructor(options: KeyQueueOptions) {
    this.#options = options;
  }

  /** Starts the workers; before, keys only accumulate. */
  start(): void {
    if (this.#state === 'new') {
      this.#state = 'started';
      // Only now it is known how urgent each key is.
      this.#order.urgent.clear();
      this.#order.routine.clear();
      for (const key of this.#ready.keys()) {
        this.#order[this.#options.urgencyOf(key)].add(this.#options.groupOf(key), key);
      }
      this.#dispatch();
    }
  }

  /** Queues a key for the next free worker. */
  add(key: string): void {
    if (this.#state === 'stopped') {
      return;
    }
    if (this.#running.has(key)) {
      if (!this.#again.has(key)) {
        this.#again.add(key);
        this.#options.observe?.added();
      }
      return;
    }
    if (!this.#ready.has(key)) {
      this.#options.observe?.added();
      this.#queue(key);
    }
  }

  /** Queues a key after a delay. The earliest of several delays for one key counts. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#state === 'stopped') {
      return;
    }
    if (milliseconds <= 0) {
      this.add(key);
      return;
    }
    const { clock } = this.#options;
    const due = clock.elapsed() + milliseconds;
    const known = this.#delayed.get(key);
    if (known !== undefined && known.due <= due) {
      return;
    }
    known?.cancel();
    const cancel = clock.after(milliseconds, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { due, cancel });
  }

  /** Queues a key after a delay that doubles with each call until `forget`. */
  addRateLimited(key: string): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#options.observe?.retried();
    this.addAfter(key, backoffDelay(this.#options.backoff, failures, this.#options.random));
  }

  /** Records that a running handler has just looked at everything: what was added until now needs no other look. */
  seen(key: string): void {
    this.#again.delete(key);
  }

  /** Resets the back-off of a key, after its handler succeeded or its object was deleted. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /**
   * Accepts no more keys, drops waiting ones and lets running handlers finish.
   *
   * @returns the keys whose handlers still ran at the deadline; empty after a clean end
   */
  async shutdown(deadlineMs: number): Promise<readonly string[]> {
    this.#state = 'stopped';
    for (const { cancel } of this.#delayed.values()) {
      cancel();
    }
    this.#delayed.clear();
    this.#ready.clear();
    this.#order.urgent.clear();
    this.#order.routine.clear();
    this.#options.observe?.depth(0);
    if (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#options.clock.after(deadlineMs, resolve);
        this.#whenIdle = () => {
          cancel();
          resolve();
        };
      });
    }
    return [...this.#running];
  }

  #queue(key: string): void {
    this.#ready.set(key, this.#options.clock.elapsed());
    this.#order[this.#options.urgencyOf(key)].add(this.#options.groupOf(key), key);
    this.#options.observe?.depth(this.#ready.size);
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#state === 'started' && this.#running.size < this.#options.workers) {
      const key = this.#take();
      if (key === undefined) {
        return;
      }
      const since = this.#ready.get(key) ?? this.#options.clock.elapsed();
      this.#ready.delete(key);
      this.#running.add(key);
      this.#options.observe?.depth(this.#ready.size);
      this.#options.observe?.waited(this.#options.clock.elapsed() - since);
      void this.#work(key);
    }
  }

  #take(): string | undefined {
    const { urgent, routine } = this.#order;
    const isRoutinesTurn = this.#urgentInARow >= urgentInARow && routine.size > 0;
    const next = isRoutinesTurn ? undefined : urgent.take();
    this.#urgentInARow = next === undefined ? 0 : this.#urgentInARow + 1;
    return (next ?? routine.take())?.item;
  }

  async #work(key: string): Promise<void> {
    const { clock, handle, observe, onError } = this.#options;
    const started = clock.elapsed();
    try {
      await handle(key);
    } catch (error) {
      onError(key, error);
      this.addRateLimited(key);
    }
    this.#running.delete(key);
    observe?.worked(clock.elapsed() - started);
    if (this.#again.delete(key) && this.#state !== 'stopped') {
      this.#queue(key);
    }
    if (this.#running.size === 0) {
      this.#whenIdle?.();
    }
    this.#dispatch();
  }
}
