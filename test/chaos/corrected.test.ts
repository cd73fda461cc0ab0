import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import type { ReadyReason } from '../../src/api/reasons/reasons.ts';
import { leaveFigures } from '../../tools/suites/figures.ts';
import { apiServer } from '../integration/place.ts';
import { begin } from '../support/faults/outcome.ts';
import { soon } from '../support/faults/soon.ts';
import { statusEnd } from '../support/faults/stories.ts';
import { openWorld, type World } from '../support/faults/world.ts';

/** Each field has a wrong value at first, and is then corrected. */
let world: World;

beforeAll(async () => {
  world = await openWorld((await apiServer()).cluster.kubeconfig);
});

afterAll(() => world.close());

const settings = `
policy: {pipIndexUrls: Refused, condaChannels: [conda-forge]}
build:
  concurrency: 1000
  concurrencyPerNamespace: 1000
  ceilings: {timeoutSeconds: 3600, resources: {memory: 8Gi}}
`;

/** Values of fields that admission takes and the operator does not, the reason for each, and what is right. */
interface Row {
  readonly field: string;
  readonly wrong: ImageSpecSpec;
  readonly reason: ReadyReason;
  /** Absent: the base alone. */
  readonly right?: ImageSpecSpec;
}

const good = { baseImage: 'jupyter/minimal-notebook' } satisfies ImageSpecSpec;
const variable = { name: 'PIP_INDEX_URL', value: 'https://pypi.elsewhere.example/simple' };
const long = { command: ['true'], timeoutSeconds: 3600 };

function rowsFor(registry: string): readonly Row[] {
  return [
    { field: 'baseImage', wrong: { baseImage: `${registry}/none:1` }, reason: 'BaseImageNotFound' },
    {
      field: 'baseImageSpecRef',
      wrong: { baseImageSpecRef: { name: 'not-there' } },
      reason: 'WaitingForBase',
    },
    {
      field: 'dockerfile',
      wrong: { dockerfile: 'FROM jupyter/minimal-notebook\nCOPY notebooks /notebooks\n' },
      reason: 'DockerfileInvalid',
      right: { dockerfile: 'FROM jupyter/minimal-notebook\nRUN true\n' },
    },
    { field: 'pullSecret', wrong: { ...good, pullSecret: 'absent-pull' }, reason: 'WaitingForSecret' },
    { field: 'packages.apt', wrong: { ...good, packages: { apt: ['-y'] } }, reason: 'InvalidSpec' },
    { field: 'packages.conda', wrong: { ...good, packages: { conda: ['--file=x'] } }, reason: 'InvalidSpec' },
    { field: 'packages.pip', wrong: { ...good, packages: { pip: ['--pre'] } }, reason: 'InvalidSpec' },
    { field: 'packages.cran', wrong: { ...good, packages: { cran: ['1x'] } }, reason: 'InvalidSpec' },
    {
      field: 'packages.cranSnapshot',
      wrong: { ...good, packages: { cran: ['dplyr'], cranSnapshot: '2026-11-16' } },
      reason: 'InvalidSpec',
      right: { ...good, packages: { cran: ['dplyr'] } },
    },
    {
      field: 'packages.condaChannels',
      wrong: { ...good, packages: { conda: ['numpy'], condaChannels: ['elsewhere'] } },
      reason: 'PolicyViolation',
      right: { ...good, packages: { conda: ['numpy'], condaChannels: ['conda-forge'] } },
    },
    {
      field: 'packages.pipIndexes',
      wrong: { ...good, packages: { pip: ['numpy'], pipIndexes: ['unknown'] } },
      reason: 'InvalidSpec',
    },
    {
      field: 'packages.credentialsSecret',
      wrong: { ...good, packages: { pip: ['numpy'], credentialsSecret: 'absent' } },
      reason: 'WaitingForSecret',
    },
    { field: 'env', wrong: { ...good, env: [variable] }, reason: 'PolicyViolation' },
    {
      field: 'output.repository',
      wrong: { ...good, output: { repository: `${registry}/others/x` } },
      reason: 'PolicyViolation',
    },
    {
      field: 'output.pushSecret',
      wrong: { ...good, output: { pushSecret: 'absent-push' } },
      reason: 'WaitingForSecret',
    },
    {
      field: 'jupyterHub.profiles',
      wrong: { ...good, jupyterHub: { profiles: ['unknown'] } },
      reason: 'PolicyViolation',
    },
    {
      field: 'verify',
      wrong: {
        ...good,
        verify: [
          { name: 'a', ...long },
          { name: 'b', ...long },
        ],
      },
      reason: 'PolicyViolation',
    },
    { field: 'build.timeoutSeconds', wrong: { ...good, build: { timeoutSeconds: 7200 } }, reason: 'PolicyViolation' },
    { field: 'build.args', wrong: { ...good, build: { args: [variable] } }, reason: 'PolicyViolation' },
    {
      field: 'build.resources',
      wrong: { ...good, build: { resources: { limits: { memory: '64Gi' } } } },
      reason: 'PolicyViolation',
      right: { ...good, build: { resources: { limits: { memory: '4Gi' } } } },
    },
    {
      field: 'build.nodeSelector',
      wrong: { ...good, build: { nodeSelector: { pool: 'gpu' } } },
      reason: 'PolicyViolation',
    },
    {
      field: 'build.tolerations',
      wrong: { ...good, build: { tolerations: [{ key: 'gpu', operator: 'Exists' }] } },
      reason: 'PolicyViolation',
    },
    {
      field: 'build.serviceAccountName',
      wrong: { ...good, build: { serviceAccountName: 'x' } },
      reason: 'PolicyViolation',
    },
  ];
}

it('a wrong value has its reason, and a corrected one ends as if it had been right from the beginning', async () => {
  const run = await begin(world, 'corrected', { settings });
  try {
    const rows = rowsFor(run.registry.host).map(({ field, wrong, reason, right = good }, index) => ({
      field,
      wrong,
      reason,
      right,
      wrongFirst: `wrong-first-${index}`,
      rightAlways: `right-always-${index}`,
    }));
    await Promise.all(
      rows.flatMap(({ wrongFirst, rightAlways, wrong, right }) => [
        run.create(wrongFirst, wrong),
        run.create(rightAlways, right),
      ]),
    );
    const reasonOf = (name: string) =>
      run.imageSpec(name)?.status.conditions.find(({ type }) => type === 'Ready')?.['reason'];
    /** Fields whose wrong value has another reason. */
    const others = () =>
      rows.flatMap(({ field, wrongFirst, reason }) => {
        const found = reasonOf(wrongFirst);
        return found === reason ? [] : [`${field}: ${String(found)}, not ${reason}`];
      });
    try {
      await soon('each wrong value has its reason', () => others().length === 0);
    } catch (error) {
      throw new Error(others().join('; '), { cause: error });
    }
    await Promise.all(rows.map(({ wrongFirst, right }) => run.replace(wrongFirst, right)));
    await Promise.all(
      rows
        .flatMap(({ wrongFirst, rightAlways }) => [wrongFirst, rightAlways])
        .map(async (name) => {
          await run.play(await run.building(name), 'image');
          await run.settled(name, 'BuildSucceeded');
        }),
    );
    await run.quiet();
    for (const { field, wrongFirst, rightAlways } of rows) {
      expect({ field, status: statusEnd(run, wrongFirst) }).toEqual({ field, status: statusEnd(run, rightAlways) });
    }
    await leaveFigures('chaos', 'corrected', { fields: rows.length });
  } finally {
    await run.end();
  }
});
