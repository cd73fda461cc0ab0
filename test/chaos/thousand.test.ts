import { afterAll, beforeAll, expect, it } from 'vitest';
import { leaveFigures } from '../../tools/suites/figures.ts';
import { apiServer } from '../integration/place.ts';
import { begin, hourMs } from '../support/faults/outcome.ts';
import type { Run } from '../support/faults/run.ts';
import { openWorld, type Seen, type World } from '../support/faults/world.ts';

/** A thousand ImageSpecs come at one moment, and are then at rest. */
let world: World;

beforeAll(async () => {
  world = await openWorld((await apiServer()).cluster.kubeconfig);
});

afterAll(() => world.close());

const size = 1000;
/** Builds that may run at one time. */
const concurrency = 50;
/** Clients that create, and builds that end, side by side. */
const width = 10;
/** For a slow machine, no expectation. */
const limitMs = 600_000;

const settings = `build: {concurrency: ${concurrency}, concurrencyPerNamespace: ${concurrency}}`;

it(
  'a thousand ImageSpecs are built within the limits, and then nothing is written, also by a new operator',
  async () => {
    const run = await begin(world, 'thousand', { settings, restSeconds: 240 });
    try {
      const started = performance.now();
      await inParallel(
        Array.from({ length: size }, (_, number) => number),
        (number) =>
          run.create(`image-${number}`, {
            baseImage: 'jupyter/minimal-notebook',
            env: [{ name: 'NUMBER', value: String(number) }],
          }),
      );
      const mostAtOnce = await playAll(run);
      const seconds = Math.round((performance.now() - started) / 1000);
      expect(mostAtOnce).toBeLessThanOrEqual(concurrency);
      // Jobs are few enough for the limit to matter, and many enough to use it.
      expect(mostAtOnce).toBeGreaterThan(concurrency / 2);
      const jobs = run.writes.counts()['POST jobs'];
      expect(jobs).toBe(size);
      const writes = writesOf(run);

      // A Job is kept for an hour.
      await run.later(hourMs);
      await run.later(hourMs);
      await run.untilDeleted();
      expect(run.left()).toEqual([]);
      const before = writesOf(run);
      await run.later(hourMs);
      await run.later(hourMs);
      expect(writesOf(run)).toEqual(before);
      run.kill();
      await run.quiet();
      await run.later(hourMs);
      expect(writesOf(run)).toEqual(before);
      expect(run.log.filter((line) => line.startsWith('error'))).toEqual([]);
      await leaveFigures('chaos', 'thousand', { size, seconds, mostAtOnce, writes });
    } finally {
      await run.end();
    }
  },
  limitMs,
);

function writesOf(run: Run): Readonly<Record<string, number>> {
  return run.writes.counts();
}

/** Ends each build well as soon as it has a Pod, until every ImageSpec is ready; returns the most builds at one time. */
async function playAll(run: Run): Promise<number> {
  const played = new Set<string>();
  let mostAtOnce = 0;
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    const pods = [...world.pods.values()].filter(({ metadata }) => metadata.namespace === run.namespace);
    const running = pods.filter(({ status }) => status['phase'] !== 'Succeeded');
    mostAtOnce = Math.max(mostAtOnce, running.length);
    const next = running.filter(({ metadata }) => !played.has(metadata.uid));
    await inParallel(next, async (pod) => {
      const job = jobOf(pod);
      if (job !== undefined) {
        played.add(pod.metadata.uid);
        await run.play({ job, pod }, pod.metadata.name);
      }
    });
    if (played.size >= size && readyIn(run) === size) {
      await run.quiet();
      return mostAtOnce;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${readyIn(run)} of ${size} are ready, ${played.size} builds ended: ${run.log.slice(-5).join('\n')}`);
}

function jobOf({ metadata: { namespace, ownerReferences } }: Seen): Seen | undefined {
  return [...world.jobs.values()].find(
    ({ metadata }) => metadata.namespace === namespace && ownerReferences.some(({ uid }) => uid === metadata.uid),
  );
}

function readyIn(run: Run): number {
  return [...world.imageSpecs.values()].filter(
    ({ metadata, status }) =>
      metadata.namespace === run.namespace &&
      ['Ready', 'Tagged'].every((wanted) =>
        status.conditions.some(({ type, ...condition }) => type === wanted && condition['status'] === 'True'),
      ),
  ).length;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
