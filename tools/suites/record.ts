import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { run } from '../cluster/artifacts/run.ts';
import { hashesOf, readTree } from './dependencies.ts';
import { figuresOf } from './figures.ts';
import { deep, everyday, type Suite } from './suites.ts';
import type { Summary } from './summary.ts';

const root = join(import.meta.dirname, '..', '..');
const recordsFolder = join(root, 'test', 'records');

const recordSchema = z.object({
  suite: z.string(),
  /** Of everything that the suite depends on, as it was when the suite ran green. */
  hash: z.string(),
  /** Day of the run, UTC. */
  date: z.iso.date(),
  machine: z.string(),
  passed: z.number(),
  skipped: z.number(),
  retried: z.array(z.string()),
  seconds: z.number(),
  /** The figures of the suite's tests, by name. */
  figures: z.record(z.string(), z.unknown()),
});

/** A deep suite leaves this record in the repository after a green run on a clean tree. */
export type SuiteRecord = z.infer<typeof recordSchema>;

/** The record of a suite; undefined where it never ran green. */
export async function readRecord(name: string): Promise<SuiteRecord | undefined> {
  const text = await readFile(join(recordsFolder, `${name}.json`), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
}

/** Deep suites whose record is missing, or was made with other content of what they depend on. */
export async function behind(): Promise<readonly Suite[]> {
  const hashes = hashesOf([...everyday, ...deep], await readTree(root));
  const records = await Promise.all(deep.map(({ name }) => readRecord(name)));
  return deep.filter(({ name }, index) => records[index]?.hash !== hashes.get(name));
}

/** The outcome of recording a suite. */
export type Recorded =
  | { readonly is: 'written' }
  /** Another content may have been tested than the one that is committed. */
  | { readonly is: 'uncommitted'; readonly path: string };

/** Writes the record of a suite that ran green, unless the tree holds changes that are not committed. */
export async function keepRecord(suite: Suite, summary: Summary, seconds: number): Promise<Recorded> {
  const changed = await run('git', ['status', '--porcelain', '--', ':/', ':!test/records', ':!docs'], { cwd: root });
  const [first] = changed.split('\n');
  if (first !== undefined && first !== '') return { is: 'uncommitted', path: first.slice(3) };
  const hash = hashesOf([...everyday, ...deep], await readTree(root)).get(suite.name) ?? '';
  const record: SuiteRecord = {
    suite: suite.name,
    hash,
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    passed: summary.passed,
    skipped: summary.skipped,
    retried: summary.retried,
    seconds: Math.round(seconds),
    figures: await figuresOf(suite.name),
  };
  await mkdir(recordsFolder, { recursive: true });
  await writeFile(join(recordsFolder, `${suite.name}.json`), `${JSON.stringify(record, null, 2)}\n`);
  return { is: 'written' };
}
