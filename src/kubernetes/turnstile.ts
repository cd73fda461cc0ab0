/**
 * Lets one caller through in each turn of the event loop, first come, first served. In between, timers run and answers
 * arrive, so that many short pieces of work do not block like a long one.
 */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];

  /** Resolves in a turn of the event loop reserved for the caller. */
  async enter(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) {
        setImmediate(this.#letThrough);
      }
    });
  }

  // An immediate set by another one runs in the next turn.
  readonly #letThrough = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) {
      setImmediate(this.#letThrough);
    }
  };
}
