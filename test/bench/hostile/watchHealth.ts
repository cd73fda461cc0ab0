import { setTimeout as sleep } from 'node:timers/promises';
import type { Ground } from './ground.ts';
import { type Complain, messageOf } from './victims.ts';

const sampleEveryMs = 2_000;

/** The worst that the samples of a time showed. */
export interface Worst {
  mebibytes: number;
  eventLoopSeconds: number;
  restarts: number;
  unanswered: number;
}

/** Samples the operator every two seconds until `end` (ms since epoch), into a value that may be read meanwhile. */
export function watchHealth(ground: Ground, end: number, complain: Complain): Worst & { readonly done: Promise<void> } {
  const worst = { mebibytes: 0, eventLoopSeconds: 0, restarts: 0, unanswered: 0 };
  const run = async (): Promise<void> => {
    while (Date.now() < end) {
      const from = Date.now();
      try {
        const { restarts, metrics } = await ground.health();
        worst.mebibytes = Math.max(worst.mebibytes, Math.round(metrics.mebibytes));
        worst.eventLoopSeconds = Math.max(worst.eventLoopSeconds, Math.round(metrics.eventLoopSeconds * 1000) / 1000);
        worst.restarts = Math.max(worst.restarts, restarts);
      } catch (error) {
        worst.unanswered += 1;
        complain(`the operator does not answer: ${messageOf(error)}`);
      }
      await sleep(Math.max(0, from + sampleEveryMs - Date.now()));
    }
  };
  return Object.assign(worst, { done: run() });
}
