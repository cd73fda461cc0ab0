import { afterEach, beforeEach, expect, it } from 'vitest';
import { configOf, type Reconciler, startReconciler } from '../../test/support/reconciler.ts';
import { serveImage } from '../../test/support/scripted-image.ts';
import { type ScriptedRegistry, startScriptedRegistry } from '../../test/support/scripted-registry.ts';
import { until } from '../../tools/eventually.ts';

let good: ScriptedRegistry;
/** Takes requests and never answers. */
let tarpit: ScriptedRegistry;
let reconciler: Reconciler;

beforeEach(async () => {
  [good, tarpit] = [await startScriptedRegistry(), await startScriptedRegistry()];
  serveImage(good);
  tarpit.on('GET /v2/team/app/manifests/1', () => undefined);
  for (const name of ['a', 'b', ...Array.from({ length: 100 }, (_, number) => `n${number}`)]) {
    good.on(`POST /v2/imagespecs/${name}/blobs/uploads/`, { status: 202 });
  }
  const config = configOf(
    `{images: {kaniko: kaniko:1, operator: operator:1}, output: {repositoryTemplate: "${good.host}/imagespecs/{name}"}, registries: {insecure: ["${good.host}", "${tarpit.host}"]}}`,
  );
  reconciler = await startReconciler(config, [good, tarpit]);
});

afterEach(async () => {
  // What still waits for the tarpit ends with it.
  await Promise.all([good.close(), tarpit.close()]);
  await reconciler.stop();
});

const onto = (registry: ScriptedRegistry) => ({ baseImage: `${registry.host}/team/app:1`, packages: { pip: ['six'] } });

it('a registry that never answers costs its own namespace only', async () => {
  for (let number = 0; number < 160; number++) {
    reconciler.apply('a', `slow-${number}`, onto(tarpit));
  }
  await until('the first namespace waits', () => tarpit.asked.length > 0);
  reconciler.apply('b', 'b', onto(good));
  await until('the other one has its Job', () => reconciler.jobs.includes('b'));
  expect(tarpit.asked.length).toBeLessThanOrEqual(4);
  expect(reconciler.jobs).toEqual(['b']);
  // What it waits for is shown meanwhile, though no worker waits with it.
  const shown = () => JSON.stringify(reconciler.statusOf('a', 'slow-159'));
  await until('the last of the first namespace has a status', () => shown().includes('ResolvingBase'));
});

it('a hundred ImageSpecs on one base are one look-up', async () => {
  for (let number = 0; number < 100; number++) {
    reconciler.apply('a', `n${number}`, onto(good));
  }
  await until('all have found their base', () =>
    Array.from({ length: 100 }, (_, number) => JSON.stringify(reconciler.statusOf('a', `n${number}`))).every(
      (status) => status.includes('BuildStarted') || status.includes('"bases"'),
    ),
  );
  expect(good.asked.filter(({ path }) => path.startsWith('/v2/team/app/manifests'))).toHaveLength(1);
  expect(good.asked.filter(({ path }) => path.startsWith('/v2/team/app/blobs'))).toHaveLength(1);
});
