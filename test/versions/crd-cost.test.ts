import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { crdCostBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { crdCost } from '../../tools/crd/cost.ts';

const crd = join(import.meta.dirname, '..', '..', 'crds', 'imagespec.dev_imagespecs.yaml');

const measuredShape = z.object({
  rules: z.array(z.object({ place: z.string(), cost: z.number() })),
  total: z.number(),
  totalLimit: z.number(),
  ruleLimit: z.number(),
});

it('costs the API server what docs/api.md says', async () => {
  const printed = await run(await crdCostBinary(), [], { input: await readFile(crd, 'utf8') });
  const { rules, ...sums } = measuredShape.parse(JSON.parse(printed));
  const dearest = rules.toSorted((a, b) => b.cost - a.cost)[0];
  expect(
    { ...sums, rules: rules.length, dearest: { place: dearest?.place, cost: dearest?.cost } },
    'write what was measured into tools/crd/cost.ts, then npm run generate',
  ).toEqual(crdCost);
}, 900_000);
