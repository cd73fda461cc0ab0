import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageSpec, ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import type { Connection } from '../../../src/kubernetes/client/connection.ts';
import { nowhere } from '../../node/settings.ts';
import { typed } from '../../support/apiserver/typed.ts';
import type { Ground } from './ground.ts';
import type { JobNews } from './jobNews.ts';

/** The namespace that is measured. */
export const victims = 'victims';

const type = { group: 'imagespec.dev', version: 'v1alpha1', plural: 'imagespecs', namespace: victims } as const;

/** Between the starts of two samples, however long the one before takes: a slow one hides no other. */
const sampleEveryMs = 3_000;
const buildEveryMs = 30_000;
/** A sample that takes longer counts with this time. */
const jobSeconds = 120;
const buildSeconds = 300;
const lookMs = 500;

/** Called with what went wrong. */
export type Complain = (problem: string) => void;

/**
 * Applies a small ImageSpec every three seconds until `end` (ms since epoch) and deletes it when its Job is there. No node
 * takes its Pod, so that the samples do not disturb each other; `readyTimes` has builds that run.
 * @param label names what is applied
 * @param seconds receives the time from each apply to its Job
 */
export async function jobTimes(
  { admin, base }: Ground,
  news: JobNews,
  label: string,
  end: number,
  seconds: number[],
  complain: Complain,
): Promise<void> {
  const sample = async (name: string): Promise<void> => {
    const from = Date.now();
    try {
      await create(admin, name, {
        dockerfile: `FROM ${base}\nENV NAME=${name}\n`,
        jupyterHub: { policy: 'Skip' },
        build: { nodeSelector: { [nowhere]: 'true' } },
      });
      seconds.push(((await news.firstOf(name, jobSeconds)) - from) / 1000);
    } catch (error) {
      seconds.push(jobSeconds);
      complain(messageOf(error));
    }
    await remove(admin, name, complain);
  };
  const running: Promise<void>[] = [];
  const start = Date.now();
  for (let index = 0; start + index * sampleEveryMs < end; index++) {
    await sleep(Math.max(0, start + index * sampleEveryMs - Date.now()));
    running.push(sample(`${label}-${index}`));
  }
  await Promise.all(running);
}

/**
 * Builds small images with a command of verify until `end` (ms since epoch): one every 30 seconds.
 * @param label names what is applied
 * @param seconds receives the time from each apply to Ready
 */
export async function readyTimes(
  ground: Ground,
  label: string,
  end: number,
  seconds: number[],
  complain: Complain,
): Promise<void> {
  for (let index = 0; Date.now() < end; index++) {
    const from = Date.now();
    try {
      seconds.push(await wholeBuild(ground, `${label}-${index}`, complain));
    } catch (error) {
      seconds.push(buildSeconds);
      complain(messageOf(error));
    }
    await sleep(Math.max(0, Math.min(from + buildEveryMs, end) - Date.now()));
  }
}

/**
 * Builds a small image, runs a command in it, and deletes the ImageSpec.
 * @returns the seconds from the apply to Ready
 * @throws Error when it is not Ready in time
 */
export async function wholeBuild({ admin, base }: Ground, name: string, complain: Complain): Promise<number> {
  const from = Date.now();
  try {
    await create(admin, name, {
      dockerfile: `FROM ${base}\nENV NAME=${name}\n`,
      jupyterHub: { policy: 'Skip' },
      verify: [{ name: 'id', command: ['id'] }],
    });
    let reason = '';
    while (Date.now() < from + buildSeconds * 1000) {
      const { status }: ImageSpec = await typed(admin).customObjects.getNamespacedCustomObject({ ...type, name });
      const ready = status?.conditions?.find((condition) => condition.type === 'Ready');
      if (ready?.status === 'True') return (Date.now() - from) / 1000;
      reason = `${ready?.reason ?? 'no condition'}: ${ready?.message ?? ''}`;
      if (ready?.status === 'False') break;
      await sleep(lookMs);
    }
    throw new Error(`${name} is not Ready after ${Math.round((Date.now() - from) / 1000)} s: ${reason}`);
  } finally {
    await remove(admin, name, complain);
  }
}

function create(admin: Connection, name: string, spec: ImageSpecSpec): Promise<unknown> {
  const body = {
    apiVersion: 'imagespec.dev/v1alpha1',
    kind: 'ImageSpec',
    metadata: { name, namespace: victims },
    spec,
  };
  return typed(admin).customObjects.createNamespacedCustomObject({ ...type, body });
}

async function remove(admin: Connection, name: string, complain: Complain): Promise<void> {
  await typed(admin)
    .customObjects.deleteNamespacedCustomObject({ ...type, name })
    .catch((error: unknown) => complain(`${name} cannot be deleted: ${messageOf(error)}`));
}

/** The first line of an error's message. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? '';
}
