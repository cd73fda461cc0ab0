import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hubReasons } from '../../src/api/reasons/verdictReasons.ts';
import type { HubVersion } from '../../tools/cluster/artifacts/jupyterhub.ts';
import { reconfigure } from '../node/configuration.ts';
import { builtImage, openScene, type Scene } from '../node/scene.ts';
import { hubSettings, probe } from '../node/settings.ts';
import { turns } from '../support/turns.ts';
import { type AgreementCase, base, specOf } from './case.ts';
import { agreementCases, olderHubCases } from './cases.ts';
import { type Hub, startHub } from './hub.ts';
import { type Launch, launch } from './launch.ts';
import { verdictOf } from './verdict.ts';
import { putWorkshop } from './workshop.ts';

/** On a small machine, more concurrent builds only wait for each other. */
const building = turns(2);
/**
 * Servers that shall come up work for seconds before they answer. A busy machine would slow them, which says nothing about
 * an image. Where a Hub waits in vain, it only waits: such launches need no turn.
 */
const serving = turns(3);
/** Turns decide what runs, not the number of tests that may. */
vi.setConfig({ maxConcurrency: agreementCases.length + olderHubCases.length });
/** A limit, no expectation: the time in which a test waits for its turns is in it. */
const timeout = 1_800_000;

let scene: Scene;
let workshopImage: string;
const images = new Map<string, Promise<string>>();
/** When the operator launched each image. */
const launches = new Map<string, string | undefined>();
let hub: Hub;
let olderHub: Hub;
let restore: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  scene = await openScene('agreement');
  workshopImage = await putWorkshop(scene.cluster.registries.plain.host, base);
  [hub, olderHub] = await Promise.all([openHub('5.5.4'), openHub('4.1.6')]);
}, timeout);

afterAll(async () => {
  await Promise.all([hub?.stop(), olderHub?.stop()]);
  await restore();
});

/** Images whose launch a Hub awaits in vain come first: the others are built and launched meanwhile. */
function inVainFirst(cases: readonly AgreementCase[]): readonly AgreementCase[] {
  return cases.toSorted((a, b) => Number(a.works === 'yes') - Number(b.works === 'yes'));
}

/** The image of a case, built when it is first asked for. */
function imageOf(row: AgreementCase): Promise<string> {
  const known = images.get(row.name);
  if (known !== undefined) {
    return known;
  }
  const image = building(async () => {
    await scene.apply(row.name, specOf(row, workshopImage));
    return builtImage(await scene.settled(row.name));
  });
  images.set(row.name, image);
  // A test that is tried again builds again.
  image.catch(() => images.delete(row.name));
  return image;
}

function openHub(version: HubVersion): Promise<Hub> {
  return startHub({
    cluster: scene.cluster,
    version,
    namespace: `hub-${version.replaceAll('.', '-')}`,
    startTimeoutSeconds: 90,
    httpTimeoutSeconds: probe.timeoutSeconds,
    extraConfig: [],
  });
}

async function launchIn(at: Hub, row: AgreementCase): Promise<Launch> {
  const image = await imageOf(row);
  const work = () => launch(at, row.name, image);
  return row.works === 'yes' ? serving(work) : work();
}

describe('the table of cases', () => {
  it.each([...agreementCases, ...olderHubCases])('$name: Hub and verdict agree, or it says why not', (row) => {
    const agree = (hubReasons[row.verdict].status === 'True') === (row.works === 'yes');
    expect(agree).toBe(row.differs === undefined);
  });
});

describe.concurrent('a real JupyterHub 5.5.4, and the verdict of the operator', { timeout }, () => {
  it.each(inVainFirst(agreementCases))('$name: $what', async (row) => {
    const { name, works, verdict } = row;
    const done = await launchIn(hub, row);
    const said = await verdictOf(scene, name, '5.5.4');
    expect({ ...done, ...said }).toEqual({ ...done, ...said, works, reason: verdict });
    launches.set(name, said.launched);
  });
});

describe.concurrent('a real JupyterHub 4.1.6', { timeout }, () => {
  it.each(inVainFirst(olderHubCases))('$name: $what', async (row) => {
    const done = await launchIn(olderHub, row);
    expect(done).toEqual({ ...done, works: row.works });
  });
});

describe('the verdict once the operator knows of a JupyterHub 4.1.6', () => {
  beforeAll(async () => {
    restore = await reconfigure(scene.cluster, { jupyterHub: { hubVersion: '4.1.6', ...hubSettings } });
  });

  it.concurrent.each(olderHubCases)('$name: $what', async ({ name, verdict }) => {
    const said = await verdictOf(scene, name, '4.1.6');
    expect(said).toEqual({ ...said, reason: verdict });
    // The operator compared versions again, without a launch.
    expect(said.launched).toBe(launches.get(name));
  });
});
