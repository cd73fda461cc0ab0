import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import type { Journal, State } from '../provoked/journal.ts';
import type { Place } from '../provoked/place.ts';
import { rest, timedBuild } from './builds.ts';

/** What it took to learn whether JupyterHub can launch an image. */
export interface VerdictCost {
  /** Seconds from the news of the build Pod's end, which has pushed the image, to the news of the verdict. */
  readonly pushToVerdict: number;
  /** Seconds that the server took to respond, as the operator reports. */
  readonly launch: number;
  /** The most memory that the server held when it was looked at, in MiB; without the page cache. */
  readonly mebibytes: number;
  /** Seconds of a processor that the server used. */
  readonly processorSeconds: number;
}

/** A limit, no expectation. */
const patience = 600;
const lookMilliseconds = 100;

/**
 * Builds images on the notebook stand-in, one after the other, and waits for each verdict. The first one is not reported: with
 * it the node pulls the base, of which the others have all layers but one.
 */
export async function verdictCosts(journal: Journal, place: Place, images: number): Promise<readonly VerdictCost[]> {
  const { namespace } = place;
  const costs: VerdictCost[] = [];
  for (let index = 0; index <= images; index++) {
    const launched = new Set(probePods(journal, namespace).map(({ metadata }) => metadata?.uid));
    const build = await timedBuild(journal, place, specOf(index, {}));
    const pod = await journal.until(`${namespace}: a launch`, patience, () =>
      probePods(journal, namespace).find((pod) => !launched.has(pod.metadata?.uid) && serverId(pod) !== undefined),
    );
    const stopLooking = look(pod);
    const verdict = await journal.until(`${namespace}: a verdict`, patience, () =>
      journal.states(namespace).find((state) => state.at >= build.to && launchMilliseconds(state) !== undefined),
    );
    const { mebibytes, processorSeconds } = await stopLooking();
    const pushed = build.to - build.podEndToStatus * 1000;
    if (index > 0) {
      costs.push({
        pushToVerdict: (verdict.at - pushed) / 1000,
        launch: (launchMilliseconds(verdict) ?? 0) / 1000,
        mebibytes,
        processorSeconds,
      });
    }
    await rest();
  }
  return costs;
}

/**
 * Says that the Hub is another one, of which nothing is launched again.
 * @returns seconds from the start of `kubectl apply` to the news of the verdict for that Hub
 */
export async function otherHub(journal: Journal, place: Place, images: number): Promise<number> {
  const hubVersion = '4.1.6';
  const launches = probePods(journal, place.namespace).length;
  const from = await place.apply(specOf(images, { hubVersion }));
  const state = await journal.until(`${place.namespace}: a verdict for another Hub`, patience, () =>
    journal.states(place.namespace).find(({ object }) => object.status?.jupyterHub?.hubVersion === hubVersion),
  );
  if (probePods(journal, place.namespace).length !== launches) {
    throw new Error('the image was launched again');
  }
  return (state.at - from) / 1000;
}

/** Differs from the one before by its last layer. */
function specOf(index: number, hub: NonNullable<ImageSpecSpec['jupyterHub']>): ImageSpecSpec {
  return {
    baseImage: 'jupyter/minimal-notebook',
    packages: { pip: [`toolz==1.${index % 2 === 0 ? '0' : '1'}.0`] },
    env: [{ name: 'BUILD', value: String(index) }],
    jupyterHub: { policy: 'Report', ...hub },
  };
}

function probePods(journal: Journal, namespace: string): readonly V1Pod[] {
  return journal.pods(namespace).filter(({ metadata }) => metadata?.labels?.['imagespec.dev/role'] === 'probe');
}

/** The container of the launched image, once it runs. */
function serverId({ status }: V1Pod): string | undefined {
  const server = status?.containerStatuses?.find(({ name }) => name === 'server');
  return server?.state?.running === undefined ? undefined : server.containerID?.replace('containerd://', '');
}

/** What the launch of the image that serves took; undefined while there is no verdict about it. */
function launchMilliseconds({ object: { status } }: State): number | undefined {
  const verdict = status?.conditions?.find(({ type }) => type === 'JupyterHubCompatible');
  const isAbout = status?.image !== undefined && status.jupyterHub?.probedImage === status.image;
  return isAbout && verdict?.status === 'True' ? status.jupyterHub?.launchMilliseconds : undefined;
}

interface Used {
  readonly mebibytes: number;
  readonly processorSeconds: number;
}

/** Samples the cgroup of the server until stopped; the last sample counts. */
function look(pod: V1Pod): () => Promise<Used> {
  let most: Used = { mebibytes: 0, processorSeconds: 0 };
  const stopping = new AbortController();
  const looking = (async () => {
    const folders = await cgroupsOf(pod);
    while (!stopping.signal.aborted) {
      const now = await usedIn(folders);
      most = {
        mebibytes: Math.max(most.mebibytes, now.mebibytes),
        processorSeconds: Math.max(most.processorSeconds, now.processorSeconds),
      };
      await sleep(lookMilliseconds);
    }
  })();
  return async () => {
    stopping.abort();
    await looking;
    return most;
  };
}

/** Version 1 of cgroups has a folder for each controller, version 2 one for all. */
async function cgroupsOf(pod: V1Pod): Promise<readonly string[]> {
  const container = `kubepods/**/pod${pod.metadata?.uid}/${serverId(pod)}`;
  const patterns = ['memory', 'cpuacct', '.'].map((root) => `/sys/fs/cgroup/${root}/imagespec*/${container}`);
  const folders: string[] = [];
  for await (const folder of glob(patterns)) {
    folders.push(folder);
  }
  return folders;
}

async function usedIn(folders: readonly string[]): Promise<Used> {
  const read = async (file: string, pattern: RegExp): Promise<number> => {
    const texts = await Promise.all(folders.map((folder) => readFile(join(folder, file), 'utf8').catch(() => '')));
    return Number(pattern.exec(texts.join('\n'))?.[1] ?? 0);
  };
  const [rss, anonymous, nanoseconds, microseconds] = await Promise.all([
    read('memory.stat', /^total_rss (\d+)/m),
    read('memory.stat', /^anon (\d+)/m),
    read('cpuacct.usage', /^(\d+)/m),
    read('cpu.stat', /^usage_usec (\d+)/m),
  ]);
  return {
    mebibytes: Math.max(rss, anonymous) / 2 ** 20,
    processorSeconds: Math.max(nanoseconds / 1e9, microseconds / 1e6),
  };
}
