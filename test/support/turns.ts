/** Does a piece of work when it is its turn. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `count` pieces of work run concurrently; the others wait, and begin in the order of their requests. */
export function turns(count: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < count) {
      running += 1;
    } else {
      // A finished piece hands its place on directly, so that no other takes it meanwhile.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) {
        running -= 1;
      } else {
        next();
      }
    }
  };
}
