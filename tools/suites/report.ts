import { z } from 'zod';

/** What of vitest's JSON report (the format of Jest's) decides the count. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** Numbers of tests. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts the tests of a run. What failed outside a test counts as one failure each, so that a red run never reads as
 * green: a file that could not be loaded or whose hook failed, and a run that ended badly with no test to blame.
 *
 * @param report the parsed report, undefined when the run ended before there was one.
 * @param exitCode of the run.
 */
export function summarize(report: unknown, exitCode: number): Summary {
  const parsed = reportSchema.safeParse(report);
  const files = parsed.success ? parsed.data.testResults : [];
  const statuses = files.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const passed = statuses.filter((status) => status === 'passed').length;
  const failedTests = statuses.filter((status) => status === 'failed').length;
  const failedFiles = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  ).length;
  const failed = failedTests + failedFiles;
  const unexplained = failed === 0 && (exitCode !== 0 || !parsed.success || passed === 0);
  return {
    passed,
    failed: unexplained ? 1 : failed,
    skipped: statuses.length - passed - failedTests,
  };
}

/** The line by which a machine reads the result. */
export function summaryLine({ passed, failed, skipped }: Summary): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
