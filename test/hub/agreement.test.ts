import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hubReasons } from '../../src/api/reasons.ts';
import type { HubVersion } from '../../tools/cluster/artifacts/jupyterhub.ts';
import { reconfigure } from '../node/configuration.ts';
import { builtImage, openScene, type Scene } from '../node/scene.ts';
import { hubSettings, probe } from '../node/settings.ts';
import { base, specOf } from './case.ts';
import { agreementCases, olderHubCases } from './cases.ts';
import { type Hub, startHub } from './hub.ts';
import { launch } from './launch.ts';
import { verdictOf } from './verdict.ts';
import { workshop } from './workshop.ts';

/** Builds at once: more only wait for each other on a small machine. */
const buildsAtOnce = 3;

let scene: Scene;
const images = new Map<string, string>();
/** When the operator launched each image. */
const launches = new Map<string, string | undefined>();
const undo: (() => Promise<void>)[] = [];

async function build(name: string, spec: Parameters<Scene['apply']>[1]): Promise<string> {
  await scene.apply(name, spec);
  return builtImage(await scene.settled(name));
}

/** Tells the operator which Hub there is. */
async function useHub(hubVersion: HubVersion): Promise<void> {
  undo.push(await reconfigure(scene.cluster, { jupyterHub: { hubVersion, ...hubSettings } }));
}

beforeAll(async () => {
  scene = await openScene('default');
  await useHub('5.5.4');
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

afterAll(async () => {
  for (const step of undo.toReversed()) {
    await step();
  }
});

async function openHub(version: HubVersion): Promise<Hub> {
  const { cluster } = scene;
  return startHub({
    cluster,
    version,
    namespace: `hub-${version.replaceAll('.', '-')}`,
    startTimeoutSeconds: 90,
    httpTimeoutSeconds: probe.timeoutSeconds,
    extraConfig: [],
  });
}

describe('the table of cases', () => {
  it.each([...agreementCases, ...olderHubCases])('$name: Hub and verdict agree, or it says why not', (row) => {
    const agree = (hubReasons[row.verdict].status === 'True') === (row.works === 'yes');
    expect(agree).toBe(row.differs === undefined);
  });
});

describe('a real JupyterHub 5.5.4, and the verdict of the operator', () => {
  let hub: Hub;
  beforeAll(async () => {
    hub = await openHub('5.5.4');
  });
  afterAll(() => hub?.stop());

  it.concurrent.each(agreementCases)('$name: $what', async ({ name, works, verdict }) => {
    const image = images.get(name) ?? '';
    const [done, said] = await Promise.all([launch(hub, name, image), verdictOf(scene, name, '5.5.4')]);
    expect({ ...done, ...said }).toEqual({ ...done, ...said, works, reason: verdict });
    launches.set(name, said.launched);
  });
});

describe('a real JupyterHub 4.1.6, and the verdict once the operator knows of it', () => {
  let hub: Hub;
  beforeAll(async () => {
    await useHub('4.1.6');
    hub = await openHub('4.1.6');
  });
  afterAll(() => hub?.stop());

  it.concurrent.each(olderHubCases)('$name: $what', async ({ name, works, verdict }) => {
    const image = images.get(name) ?? '';
    const [done, said] = await Promise.all([launch(hub, name, image), verdictOf(scene, name, '4.1.6')]);
    expect({ ...done, ...said }).toEqual({ ...done, ...said, works, reason: verdict });
    // Versions were compared anew; nothing was launched for it.
    expect(said.launched).toBe(launches.get(name));
  });
});
