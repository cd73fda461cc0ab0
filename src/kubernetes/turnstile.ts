/**
 * Lets one caller through in each turn of the event loop, first come, first served. Between two of them timers run and
 * answers arrive: many pieces of work that are short each do not become one that is long.
 */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];

  /** Resolves in a turn of the event loop that is the caller's alone. */
  async enter(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) {
        setImmediate(this.#letThrough);
      }
    });
  }

  // An immediate that is set by another one runs in the next turn.
  readonly #letThrough = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) {
      setImmediate(this.#letThrough);
    }
  };
}
