import { setTimeout as sleep } from 'node:timers/promises';
import { rounded } from '../figures.ts';
import { inParallel, ownedIn } from './api.ts';
import type { Contender } from './contender.ts';
import type { Burst } from './record.ts';
import { nameOf, type Scene } from './scene.ts';
import { latenciesOf, requestsSince, startIdle, summed, untilMade, untilQuiet } from './watching.ts';

/** Clients that create side by side. */
const writers = 8;
/** Time in which a program that has nothing more to do may give memory back. */
const settleMs = 10_000;

/** Creates so many resources together, and follows the program until all is quiet again. */
export async function burst(scene: Scene, contender: Contender, size: number): Promise<Burst> {
  const running = await startIdle(scene, contender);
  const idle = await running.usage();
  await running.forgetPeak();
  const from = Date.now();
  const sent = new Map<string, number>();
  await inParallel(size, writers, async (number) => {
    sent.set(nameOf(number), Date.now());
    await contender.create(number);
  });
  const made = await untilMade(scene, contender, from, size);
  await untilQuiet(scene, contender, 5);
  const requests = await requestsSince(scene, contender, from);
  await sleep(settleMs);
  const settled = await running.usage();
  await running.end('SIGTERM');
  const objects = await ownedIn(scene.api, contender.collection);
  const owners = new Map(objects.map(({ name, owner }) => [name, owner]));
  const times = made
    .toSorted((a, b) => a.answeredAt - b.answeredAt)
    .map(({ name, answeredAt }, index) => {
      // The log has no name where the API server makes it (generateName). Such objects are in the order of their writes.
      const owner = name === '' ? (objects[index]?.owner ?? '') : (owners.get(name) ?? '');
      const at = sent.get(owner);
      if (at === undefined) throw new Error(`${contender.makes} ${name}: of ${owner}, which this run has not created`);
      return { sent: at, made: answeredAt };
    });
  return {
    ...latenciesOf(times),
    requests: summed(requests),
    cpuSeconds: rounded(settled.cpuSeconds - idle.cpuSeconds),
    memory: {
      idle: Math.round(idle.resident),
      peak: Math.round(settled.peak),
      settled: Math.round(settled.resident),
    },
  };
}
