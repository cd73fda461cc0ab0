import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/api/failure.ts';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { Config } from '../../src/config/schema.ts';
import { planOf } from '../../src/dockerfile/plan.ts';
import type { Upstream } from '../../src/lifecycle/model/observation.ts';
import { readCrd } from '../../tools/crd/crd.ts';
import { leaveFigures } from '../../tools/suites/figures.ts';
import { seedVariable } from '../../tools/suites/variables.ts';
import { seeded } from '../support/grammars/generate.ts';
import { specMaker } from '../support/grammars/specs.ts';
import { config } from '../support/observations.ts';
import { simulate } from '../support/simulator/simulator.ts';
import type { Act, Scenario } from '../support/simulator/story.ts';

const count = 10_000;
/** The same in every run, so that a green suite stays green. */
const seed = Number(process.env[seedVariable] ?? 20_261_129);
/** Of all acts of a story together. The simulator itself bounds the steps of each act, of which most only look again. */
const mostWrites = 200;
const root = join(import.meta.dirname, '..', '..');
const digest = `sha256:${'b'.repeat(64)}`;

async function configs(): Promise<readonly Config[]> {
  const strict = parseConfig(await readFile(join(root, 'deploy', 'policy', 'operator-config.yaml'), 'utf8'));
  if (!strict.ok) {
    throw new Error(strict.failure);
  }
  const open = { ...config, output: { ...config.output, repositoryTemplate: 'r.example.com/{namespace}/{name}' } };
  return [open, open, strict.value];
}

async function maker(): Promise<(random: () => number) => ImageSpecSpec> {
  const crd = readCrd(await readFile(join(root, 'crds', 'imagespec.dev_imagespecs.yaml'), 'utf8'));
  const schema = crd.schema.openAPIV3Schema.properties?.['spec'];
  if (schema === undefined) {
    throw new Error('the CRD has no spec');
  }
  return specMaker(schema);
}

/** What happens to the ImageSpec of a spec: how its builds and checks end, and what its author does. */
function storyOf(random: () => number, plan: Scenario['plan'], next: Scenario['plan']): Scenario {
  const one = <T>(...from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const text = one('now', 'x'.repeat(1023).concat('\u{1F52D}'), '\uD83D', '\u202E\0\n', '', '{"a":1}') ?? '';
  const acts: readonly Act[] = [
    { do: 'ask', requests: { retry: text } },
    { do: 'ask', requests: { rebuild: text } },
    { do: 'ask', requests: { cancel: text } },
    ...(next === undefined ? [] : [{ do: 'plan', plan: next } as const]),
    { do: 'moveBase' },
    { do: 'deleteJob' },
  ];
  const upstreams: readonly Upstream[] = [
    { is: 'ready', repository: 'r.example.com/a', digest },
    { is: 'cycle', chain: ['a', 'b', 'a'] },
    { is: 'absent', message: 'it has no image yet' },
  ];
  const [upstream = { is: 'none' } as const] = [one(...upstreams)];
  return {
    ...(plan === undefined ? {} : { plan }),
    upstream,
    builds: [one('pushed', 'pushed', 'failed', 'evicted') ?? 'pushed', 'pushed'],
    checks: [one('passed', 'failed', 'evicted', 'portTaken') ?? 'passed', 'passed'],
    // Its look every 15 seconds takes the most steps.
    quota: random() < 0.02 ? 'full' : 'free',
    answers: one('fast', 'slow') ?? 'fast',
    bases:
      one<Scenario['bases']>(
        [],
        [],
        [{ is: 'known', value: { digest, user: '' } }],
        [{ is: 'known', value: { digest, user: 'jovyan:users' } }],
        [{ is: 'failed', failure: failureOf('BaseImageNotFound', `\uD83D${'x'.repeat(5000)}`) }],
      ) ?? [],
    acts: acts.filter(() => random() < 0.3),
  };
}

describe('specs of every field, at every bound', () => {
  it(`come to rest, ${count} of them (seed ${seed})`, async () => {
    const [make, settings] = [await maker(), await configs()];
    const random = seeded(seed);
    const planned = (spec: ImageSpecSpec) => {
      const [setting = config] = settings.slice(Math.floor(random() * settings.length));
      return planOf({ namespace: 'vision', name: 'astro', spec }, setting);
    };
    let taken = 0;
    const most = { steps: 0, writes: 0 };
    const faults: string[] = [];
    for (let index = 0; index < count && faults.length < 5; index += 1) {
      const [spec, edited] = [make(random), make(random)];
      const [plan, next] = [planned(spec), planned(edited)];
      const { plan: _, ...scenario } = storyOf(random, plan, next);
      const acts = scenario.acts?.map((act) => (act.do === 'plan' ? act.do : act));
      const story = JSON.stringify({ index, ...scenario, acts, spec, edited }).slice(0, 4000);
      try {
        taken += plan.ok ? 1 : 0;
        const { steps, writes, refusedStatuses } = simulate({ ...scenario, plan }, Math.floor(random() * 8));
        const written = Object.values(writes).reduce((sum, times) => sum + times, 0);
        most.steps = Math.max(most.steps, steps);
        most.writes = Math.max(most.writes, written);
        const faulty = [plan, next].find((one) => !one.ok && one.failure.message.includes('fault of the operator'));
        if (written > mostWrites || refusedStatuses.length > 0 || faulty !== undefined) {
          faults.push(`${written} writes, refused: ${refusedStatuses.join('; ')}, ${JSON.stringify(faulty)}: ${story}`);
        }
      } catch (error) {
        faults.push(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}: ${story}`);
      }
    }
    expect(faults, `seed ${seed}`).toEqual([]);
    // Many are planned, and many refused, so that the rest says something about both.
    expect(taken).toBeGreaterThan(count / 10);
    expect(taken).toBeLessThan((count * 9) / 10);
    await leaveFigures('grammars', 'specs', { specs: count, taken, most, seed });
  }, 900_000);
});
