import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HubVersion } from '../../cluster/artifacts/jupyterhub.ts';
import { builtImage, openScene, type Scene } from '../scene.ts';
import { agreementCases, base, specOf, versionCases } from './cases.ts';
import { type Hub, startHub } from './hub.ts';
import { launch } from './launch.ts';
import { workshop } from './workshop.ts';

/** Builds at once: more only wait for each other on a small machine. */
const buildsAtOnce = 3;

let scene: Scene;
const images = new Map<string, string>();

async function build(name: string, spec: Parameters<Scene['apply']>[1]): Promise<string> {
  await scene.apply(name, spec);
  return builtImage(await scene.settled(name));
}

beforeAll(async () => {
  scene = await openScene();
  await build('workshop', { dockerfile: workshop(base), jupyterHub: { policy: 'Skip' } });
  const workshopImage = `${scene.cluster.registries.plain.host}/imagespecs/default/workshop:latest`;
  const waiting = [...agreementCases];
  const builder = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      images.set(next.name, await build(next.name, specOf(next, workshopImage)));
    }
  };
  await Promise.all(Array.from({ length: buildsAtOnce }, builder));
}, 1_800_000);

async function openHub(version: HubVersion): Promise<Hub> {
  return startHub({
    cluster: scene.cluster,
    version,
    startTimeoutSeconds: 90,
    httpTimeoutSeconds: 60,
    extraConfig: [],
  });
}

describe('a real JupyterHub 5.5.4 with an image', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await openHub('5.5.4');
  });
  afterAll(() => hub?.stop());

  it.concurrent.each(agreementCases)('$name: $what', async ({ name, works }) => {
    const done = await launch(hub, name, images.get(name) ?? '');
    expect(done).toEqual({ works, told: done.told });
  });
});

describe('a real JupyterHub 4.1.6 with an image', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await openHub('4.1.6');
  });
  afterAll(() => hub?.stop());

  it.concurrent.each(versionCases)('$name: $what', async ({ name, works }) => {
    const done = await launch(hub, name, images.get(name) ?? '');
    expect(done).toEqual({ works, told: done.told });
  });
});
