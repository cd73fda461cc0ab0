/**
 * Looks again and again until `look` gives something, at most `seconds` long.
 * @throws Error with `what` and what was seen last
 */
export async function eventually<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found !== undefined) {
        return found;
      }
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${seconds} s`, { cause: last });
}

/**
 * Asks again and again until it is so, at most 40 s long: closely, for what passes soon. `meanwhile` runs before each look
 * but the first (advance a clock there).
 * @throws Error with `what`; any error of `condition`
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  meanwhile: () => void = () => undefined,
): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`still not so after 40 s: ${what}`);
    }
    meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
