/** How much larger the second input is. */
const factor = 8;
const runs = 5;

/**
 * How many times longer the work takes for an input that is eight times as long: some 8 where it is linear, 64 where it
 * is quadratic. The fastest of several runs counts, in time of the processor, so that a busy machine changes little.
 * @param work the measured work, with a text of about this many characters
 */
export function growth(work: (length: number) => void, length: number): number {
  const small = fastest(() => work(length));
  const large = fastest(() => work(length * factor));
  return large / small;
}

/** Between 8 and 64, far from both. */
export const linearAtMost = 24;

function fastest(work: () => void): number {
  work();
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  // Below this the clock of the processor says nothing.
  return Math.max(200, Math.min(...times));
}
