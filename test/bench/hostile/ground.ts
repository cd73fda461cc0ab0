import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Connection } from '../../../src/kubernetes/client/connection.ts';
import { nowhere } from '../../node/settings.ts';
import type { HostileRegistry } from './registry.ts';

/** What the bench adds to the operator's configuration: the samples select a node that there is not. */
export const policy = { nodeSelectors: [{ key: nowhere }] };

/** How the operator fares at a moment. */
export interface Health {
  /** Since the ground was opened. */
  readonly restarts: number;
  readonly metrics: ProcessMetrics;
}

/** What the operator's process reports about itself. */
export interface ProcessMetrics {
  /** Resident memory, in MiB. */
  readonly mebibytes: number;
  /** The longest delay of its event loop since the scrape before, in seconds. */
  readonly eventLoopSeconds: number;
}

/** A cluster with an operator in it. */
export interface Ground {
  /** What it is, for the table. */
  readonly is: 'a real node' | 'an API server without nodes';
  /** With all rights. */
  readonly admin: Connection;
  /** Whether Pods run, so that builds come to an end. */
  readonly runsPods: boolean;
  /** An image that a build can start from. */
  readonly base: string;
  /** The hostile registry whose answers are hostile. */
  readonly evil: HostileRegistry;
  /** The hostile registry that does not answer. */
  readonly slow: HostileRegistry;
  /** The memory at which the operator's container is killed, in MiB. */
  readonly memoryLimit: number;
  /** @throws while the operator does not answer */
  readonly health: () => Promise<Health>;
  /** What the operator has logged, the processes that ended before included as far as it is kept. */
  readonly operatorLog: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

const scrapeMs = 20_000;

/**
 * Reads the metrics of an operator's process.
 * @throws Error when there is no answer in time, or a metric is missing
 */
export async function scrape(url: string): Promise<ProcessMetrics> {
  const response = await fetch(url, { signal: AbortSignal.timeout(scrapeMs) });
  const text = await response.text();
  const valueOf = (name: string): number => {
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
    if (value === undefined) throw new Error(`${url} has no metric ${name}`);
    return Number(value);
  };
  return {
    mebibytes: valueOf('process_resident_memory_bytes') / 2 ** 20,
    eventLoopSeconds: valueOf('imagespec_event_loop_delay_max_seconds'),
  };
}

const limits = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.tuple([z.object({ resources: z.object({ limits: z.object({ memory: z.string() }) }) })]),
      }),
    }),
  }),
});

/** The memory limit of the Deployment that is installed, in MiB. */
export async function memoryLimit(): Promise<number> {
  const path = join(import.meta.dirname, '..', '..', '..', 'deploy', 'base', 'deployment.yaml');
  const [container] = limits.parse(parse(await readFile(path, 'utf8'))).spec.template.spec.containers;
  const mebibytes = /^(\d+)Mi$/.exec(container.resources.limits.memory)?.[1];
  if (mebibytes === undefined) throw new Error(`${path} has a memory limit that is not in Mi`);
  return Number(mebibytes);
}
