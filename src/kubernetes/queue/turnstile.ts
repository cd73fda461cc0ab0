import { RoundRobin } from './roundRobin.ts';

/**
 * Lets one caller through in each turn of the event loop; groups take turns. In between, timers run and answers arrive. Many
 * short pieces of work then do not block like a long one.
 */
export class Turnstile {
  readonly #waiting = new RoundRobin<() => void>();

  /** Resolves in a turn of the event loop reserved for the caller. */
  async enter(group: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.add(group, resolve);
      if (this.#waiting.size === 1) {
        setImmediate(this.#letThrough);
      }
    });
  }

  // An immediate set by another one runs in the next turn.
  readonly #letThrough = (): void => {
    this.#waiting.take()?.item();
    if (this.#waiting.size > 0) {
      setImmediate(this.#letThrough);
    }
  };
}
