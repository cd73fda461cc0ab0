import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { resultsFolder } from '../../../tools/suites/report.ts';
import { quantile, rounded } from '../figures.ts';

const spread = z.object({
  count: z.int(),
  /** Seconds. */
  p50: z.number(),
  p99: z.number(),
  most: z.number(),
});

/** Times in seconds; those that ended at a deadline count with the deadline. */
export type Spread = z.infer<typeof spread>;

const recordSchema = z.object({
  measured: z.string(),
  /** Where: a real node, or an API server without nodes. */
  ground: z.enum(['a real node', 'an API server without nodes']),
  machine: z.string(),
  load: z.array(z.number()),
  /** Minutes of the attack. */
  minutes: z.number(),
  kinds: z.array(z.object({ id: z.string(), does: z.string(), created: z.int(), refused: z.int() })),
  /** Specs that were written again during the attack, and those of them that the API server refused. */
  edits: z.object({ made: z.int(), refused: z.int() }),
  /** From the apply to the Job. */
  applyToJob: z.object({ quiet: spread, underAttack: spread }),
  /** From the apply to Ready, with a command of verify; only where Pods run. */
  applyToReady: z.object({ quiet: spread, underAttack: spread }).nullable(),
  operator: z.object({
    restarts: z.int(),
    /** MiB; the largest of samples two seconds apart. */
    memory: z.object({ quiet: z.number(), underAttack: z.number(), limit: z.number() }),
    /** Seconds; every delay is in one of the samples. */
    eventLoopDelay: z.object({ quiet: z.number(), underAttack: z.number() }),
    /** How often the operator did not answer when it was sampled. */
    unanswered: z.int(),
  }),
  /** Requests of the operator to the hostile registries. */
  requestsToTheirRegistries: z.object({ answering: z.int(), silent: z.int() }),
  /** What went wrong, the first ones. */
  problems: z.array(z.string()),
});

/** What `npm run bench:hostile` measured. */
export type HostileRecord = z.infer<typeof recordSchema>;

const committed = join(import.meta.dirname, '..', '..', 'records', 'hostile.json');
const current = join(resultsFolder, 'hostile.json');
const operatorLog = join(resultsFolder, 'hostile-operator.log');

/** A shorter attack is no record: what grows slowly would not show. */
export const recordedMinutes = 30;

/** The committed record; undefined where nothing was measured. */
export async function readHostileRecord(): Promise<HostileRecord | undefined> {
  const text = await readFile(committed, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
}

/** Writes what is measured so far; gives the path. */
export async function writeCurrent(record: HostileRecord): Promise<string> {
  await mkdir(resultsFolder, { recursive: true });
  await writeFile(current, textOf(record));
  return current;
}

/** Writes the record that is committed; gives the path. */
export async function writeCommitted(record: HostileRecord): Promise<string> {
  await writeFile(committed, textOf(record));
  return committed;
}

/** Keeps the operator's log beside the figures; gives the path. */
export async function writeOperatorLog(text: string): Promise<string> {
  await mkdir(resultsFolder, { recursive: true });
  await writeFile(operatorLog, text);
  return operatorLog;
}

/** Percentiles; zeros without values. */
export function spreadOf(seconds: readonly number[]): Spread {
  const at = (share: number) => (seconds.length === 0 ? 0 : rounded(quantile(seconds, share)));
  return { count: seconds.length, p50: at(0.5), p99: at(0.99), most: at(1) };
}

function textOf(record: HostileRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
