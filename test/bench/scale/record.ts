import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const latencies = z.object({
  /** Seconds from a resource's creation to its execution object. */
  p50: z.number(),
  p99: z.number(),
  /** Seconds from the first creation to the last execution object. */
  last: z.number(),
});
export type Latencies = z.infer<typeof latencies>;

const counts = z.record(z.string(), z.number());

const requests = z.object({
  /** All but the following, by verb and resource. */
  straight: counts,
  secretReads: z.number(),
  events: z.number(),
});
export type Requests = z.infer<typeof requests>;

const memory = z.object({ idle: z.number(), peak: z.number(), settled: z.number() });

const burst = latencies.extend({ requests, cpuSeconds: z.number(), memory });
export type Burst = z.infer<typeof burst>;

const spread = z.object({ count: z.number(), p50: z.number(), most: z.number() });

const settled = z.object({
  /** Resources that are at rest. */
  resources: z.number(),
  /** Of the program with them, in MiB. */
  memory: z.number(),
  atRest: z.object({
    seconds: z.number(),
    cpuSeconds: z.number(),
    requests: z.number(),
    writes: z.number(),
    byWhat: counts,
  }),
  /** Seconds from the start of the program to its first execution object. */
  restart: z.object({ clean: z.number(), killed: z.number(), leaseSeconds: z.number() }),
  /** Seconds from one request on an idle program to its execution object. */
  requestToObject: spread,
  /** Seconds from the end of the execution to the status that shows it. */
  endToStatus: spread,
});
export type Settled = z.infer<typeof settled>;

const contender = z.object({ bursts: z.record(z.string(), burst), settled: settled.nullable() });

const recordSchema = z.object({
  /** When the run began. */
  measured: z.string(),
  machine: z.string(),
  /** Load averages at the start of the run. */
  load: z.array(z.number()),
  command: z.string(),
  sizes: z.array(z.number()),
  operator: contender,
  /** What any operator must write, made raw, by number of resources. */
  raw: z.record(z.string(), latencies),
  shipwright: contender.nullable(),
});
export type ScaleRecord = z.infer<typeof recordSchema>;

/** Where `npm run bench -- scale` leaves its figures. */
export const recordPath = join(import.meta.dirname, '..', '..', 'records', 'scale.json');

/** The last record; undefined where there is none. */
export async function readScaleRecord(): Promise<ScaleRecord | undefined> {
  const text = await readFile(recordPath, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
}
