import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { say, stage } from '../../../tools/cluster/progress.ts';
import { burst } from './burst.ts';
import type { Contender } from './contender.ts';
import { bundleOperator, ours } from './ours.ts';
import { raw } from './raw.ts';
import { type Burst, type Latencies, recordPath, type ScaleRecord, type Settled } from './record.ts';
import { openScene, type Scene } from './scene.ts';
import { settledFigures } from './settled.ts';
import { shipwright } from './shipwright.ts';

/** Most resources of one burst: the operator's concurrency is set to this. */
const mostResources = 10_000;

/** Options of `npm run bench -- scale` as the command line gives them. */
export const scaleOptions = z.strictObject({
  sizes: z
    .string()
    .regex(/^\d+(,\d+)*$/, 'write numbers with commas between them, as in 100,500')
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.int().min(1).max(mostResources))),
  settled: z.coerce.number().int().min(0).max(mostResources),
  rest: z.coerce.number().int().min(1).max(3600),
  peer: z.enum(['none', 'shipwright']),
  profiles: z
    .string()
    .min(1)
    .transform((folder) => (folder === 'none' ? null : resolve(folder))),
  record: z.enum(['yes', 'no']),
});
export type ScaleOptions = z.output<typeof scaleOptions>;

type Open = (scene: Scene) => Promise<Contender>;

/** Measures the operator, and a peer beside it, on API servers without nodes. */
export async function scale(options: ScaleOptions, command: string): Promise<void> {
  const { sizes, settled, rest, peer, profiles, record } = options;
  const openOurs: Open = (scene) => ours(scene, profiles);
  const measured = new Date().toISOString();
  const load = loadavg().map((value) => Math.round(value * 10) / 10);
  await bundleOperator();
  const bursts: { operator: Record<string, Burst>; shipwright: Record<string, Burst> } = {
    operator: {},
    shipwright: {},
  };
  const limits: Record<string, Latencies> = {};
  for (const size of sizes) {
    await inScene(async (scene) => {
      bursts.operator[size] = await measure(`${size} ImageSpecs together`, async () =>
        burst(scene, await openOurs(scene), size),
      );
      limits[size] = await measure(`the same ${size} × 3 writes, raw`, () => raw(scene, size));
      if (peer === 'shipwright') {
        bursts.shipwright[size] = await measure(`${size} BuildRuns together`, async () =>
          burst(scene, await shipwright(scene), size),
        );
      }
    });
  }
  const rested = async (what: string, open: Open): Promise<Settled | null> =>
    settled === 0
      ? null
      : inScene(async (scene) => {
          const contender = await open(scene);
          return measure(`${settled} settled ${what}`, () => settledFigures(scene, contender, settled, rest));
        });
  const figures: ScaleRecord = {
    measured,
    machine: `${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    load,
    command,
    sizes,
    operator: { bursts: bursts.operator, settled: await rested('ImageSpecs', openOurs) },
    raw: limits,
    shipwright:
      peer === 'shipwright' ? { bursts: bursts.shipwright, settled: await rested('BuildRuns', shipwright) } : null,
  };
  const text = `${JSON.stringify(figures, null, 2)}\n`;
  process.stdout.write(text);
  if (record === 'yes') {
    await writeFile(recordPath, text);
    say(`Written to ${recordPath}; \`npm run generate\` makes the tables of docs/performance.md of it.`);
  }
}

async function inScene<T>(work: (scene: Scene) => Promise<T>): Promise<T> {
  const scene = await openScene();
  try {
    return await work(scene);
  } finally {
    await scene.close();
  }
}

/** Shows what is measured now, and its figures as soon as they are there: a run takes long. */
async function measure<T>(name: string, work: () => Promise<T>): Promise<T> {
  const figures = await stage(name, work);
  say(JSON.stringify(figures));
  return figures;
}
