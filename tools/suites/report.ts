import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';

/** Where everything that a run leaves stands; git ignores it. */
export const resultsFolder = join(import.meta.dirname, '..', '..', 'test-results');

/** The environment variable that names the file a vitest process writes its report to. */
export const reportVariable = 'IMAGESPEC_TEST_REPORT';

/** The report of vitest processes without another file. */
const defaultReport = join(resultsFolder, 'report.json');

const fileReport = z.object({
  suite: z.string(),
  /** From the root of the repository. */
  path: z.string(),
  seconds: z.number(),
  /** Seconds that the machine's processors worked meanwhile, whoever had them work. */
  busySeconds: z.number(),
  passed: z.number(),
  skipped: z.number(),
  /** Names of failed tests; the file's own name where it failed outside of its tests. */
  failed: z.array(z.string()),
  /** Names of tests that passed at their second try only. */
  retried: z.array(z.string()),
});

const reportSchema = z.object({
  files: z.array(fileReport),
});

/** The result of one test file. */
export type FileReport = z.infer<typeof fileReport>;

/** The result of one vitest process. */
export type Report = z.infer<typeof reportSchema>;

/** Undefined when the process ended before its report was whole. */
export async function readReport(path: string): Promise<Report | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const parsed = reportSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the report of this process. */
export async function writeReport(report: Report): Promise<void> {
  const path = process.env[reportVariable] ?? defaultReport;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(report, null, 2));
}
