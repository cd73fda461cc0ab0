import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostileSpecs } from '../../test/support/inputs/hostile.ts';
import { configOf, type Reconciler, startReconciler } from '../../test/support/reconciler.ts';
import { serveImage } from '../../test/support/servers/scripted-image.ts';
import {
  type ScriptedAnswer,
  type ScriptedRegistry,
  startScriptedRegistry,
} from '../../test/support/servers/scripted-registry.ts';
import { until } from '../../tools/eventually.ts';
import type { Config } from '../config/schema.ts';

let good: ScriptedRegistry;
/** A registry that accepts requests and never answers. */
let tarpit: ScriptedRegistry;
let reconciler: Reconciler;
let config: Config;

beforeEach(async () => {
  [good, tarpit] = [await startScriptedRegistry(), await startScriptedRegistry()];
  serveImage(good);
  tarpit.on('GET /v2/team/app/manifests/1', () => undefined);
  for (const name of ['a', 'b', ...Array.from({ length: 100 }, (_, number) => `n${number}`)]) {
    good.on(`POST /v2/imagespecs/${name}/blobs/uploads/`, { status: 202 });
  }
  config = configOf(
    `{images: {kaniko: kaniko:1, operator: operator:1}, output: {repositoryTemplate: "${good.host}/imagespecs/{name}"}, registries: {insecure: ["${good.host}", "${tarpit.host}"]}}`,
  );
  reconciler = await startReconciler(config, [good, tarpit]);
});

afterEach(async () => {
  // Requests to the tarpit end with it.
  await Promise.all([good.close(), tarpit.close()]);
  await reconciler.stop();
});

const onto = (registry: ScriptedRegistry) => ({ baseImage: `${registry.host}/team/app:1`, packages: { pip: ['six'] } });

it('a registry that never answers delays only its own namespace', async () => {
  for (let number = 0; number < 160; number++) {
    reconciler.apply('a', `slow-${number}`, onto(tarpit));
  }
  await until('the first namespace waits', () => tarpit.asked.length > 0);
  reconciler.apply('b', 'b', onto(good));
  await until('the other one has its Job', () => reconciler.jobs.includes('b'));
  expect(tarpit.asked.length).toBeLessThanOrEqual(4);
  expect(reconciler.jobs).toEqual(['b']);
  // The status shows the wait, though no worker waits.
  const shown = () => JSON.stringify(reconciler.statusOf('a', 'slow-159'));
  await until('the last of the first namespace has a status', () => shown().includes('ResolvingBase'));
});

it('the operator asks no further questions for a deleted ImageSpec', async () => {
  const { promise, resolve } = Promise.withResolvers<ScriptedAnswer>();
  const room = config.registries.requests.perNamespaceAtHost;
  const slow = (tag: string) => ({ baseImage: `${tarpit.host}/team/app:${tag}`, packages: { pip: ['six'] } });
  const tags = Array.from({ length: 20 }, (_, number) => `deleted-${number}`);
  for (const tag of [...tags, 'last']) {
    tarpit.on(`GET /v2/team/app/manifests/${tag}`, () => promise);
  }
  for (const tag of tags) {
    reconciler.apply('a', tag, slow(tag));
  }
  const asked = () => tarpit.asked.filter(({ path }) => path.includes('/manifests/'));
  await until('the namespace has used its room at this host', () => asked().length === room);
  for (const tag of tags) {
    reconciler.remove('a', tag);
  }
  reconciler.apply('a', 'last', slow('last'));
  await until('a pass has seen the last, and the deletions before it', () =>
    JSON.stringify(reconciler.statusOf('a', 'last')).includes('ResolvingBase'),
  );
  resolve({ status: 404 });
  await until('the one that is left is looked up', () => asked().some(({ path }) => path.endsWith('/last')));
  expect(asked()).toHaveLength(room + 1);
});

it('each hostile spec gets a reason, and their neighbour gets a Job before the operator has read them all', async () => {
  const all = Array.from({ length: 8 * hostileSpecs.length }, (_, number) => `hostile-${number}`);
  all.forEach((name, number) => reconciler.apply('a', name, hostileSpecs[number % hostileSpecs.length] ?? {}));
  reconciler.apply('b', 'b', onto(good));
  const reasonOf = (name: string) => JSON.stringify(reconciler.statusOf('a', name));
  await until('the other one has its Job', () => reconciler.jobs.includes('b'));
  expect(reasonOf(all.at(-1) ?? '')).not.toContain('Invalid');
  await until('each has its reason', () => all.every((name) => /(DockerfileInvalid|InvalidSpec)/.test(reasonOf(name))));
  expect(reconciler.jobs).not.toContain('a');
});

it('a hundred ImageSpecs on one base make one look-up', async () => {
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
