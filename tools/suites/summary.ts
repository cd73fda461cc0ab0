import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Report, resultsFolder } from './report.ts';

const summarySchema = z.object({
  passed: z.number(),
  failed: z.array(z.string()),
  skipped: z.number(),
  /** Names of the tests that passed at their second try only. */
  retried: z.array(z.string()),
});

/** Tests of a run, counted. */
export type Summary = z.infer<typeof summarySchema>;

/**
 * Counts the tests of one vitest process. What failed outside a test counts as one failure each, so that a red run never
 * reads as green: a file that could not be loaded or whose hook failed; a process that ended badly with no test to blame.
 *
 * @param what the process, in words, for the failure of a process that names no test
 * @param report undefined when the process ended before its report was whole
 */
export function summarize(what: string, report: Report | undefined, exitCode: number): Summary {
  const files = report?.files ?? [];
  const failed = files.flatMap((file) => file.failed);
  const passed = sum(files.map((file) => file.passed));
  const unexplained = failed.length === 0 && (exitCode !== 0 || report === undefined || passed === 0);
  return {
    passed,
    failed: unexplained ? [`${what}: ended with exit code ${exitCode} and names no failed test`] : failed,
    skipped: sum(files.map((file) => file.skipped)),
    retried: files.flatMap((file) => file.retried),
  };
}

/** Several processes together. */
export function together(summaries: readonly Summary[]): Summary {
  return {
    passed: sum(summaries.map(({ passed }) => passed)),
    failed: summaries.flatMap(({ failed }) => failed),
    skipped: sum(summaries.map(({ skipped }) => skipped)),
    retried: summaries.flatMap(({ retried }) => retried),
  };
}

/** How a run ends: which tests needed a second try, then the line by which a machine reads the result. */
export function closingLines({ passed, failed, skipped, retried }: Summary): readonly [string, string] {
  return [
    retried.length === 0 ? 'No test needed a second try.' : `Needed a second try: ${retried.join('; ')}`,
    `${passed} passed, ${failed.length} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`,
  ];
}

const summaryFile = join(resultsFolder, 'summary.json');

/** Leaves the summary for `.ci/run`. */
export async function writeSummary(summary: Summary): Promise<void> {
  await mkdir(resultsFolder, { recursive: true });
  await writeFile(summaryFile, JSON.stringify(summary, null, 2));
}

/** The summary of the last run; a failure where the run left none. */
export async function readSummary(): Promise<Summary> {
  const nothing = { passed: 0, failed: ['the run ended before it counted its tests'], skipped: 0, retried: [] };
  const text = await readFile(summaryFile, 'utf8').catch(() => undefined);
  return text === undefined ? nothing : summarySchema.parse(JSON.parse(text));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
