import { eventually } from '../../../tools/eventually.ts';

/** Longer than a registry's time-out, after which the operator asks again. */
const soonSeconds = 60;

/** Waits until it is so. */
export async function soon(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds = soonSeconds,
): Promise<void> {
  await eventually(what, seconds, async () => ((await condition()) ? true : undefined));
}
