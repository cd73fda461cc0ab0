import { expect, it } from 'vitest';
import { summarize, summaryLine } from './report.ts';

function file(status: string, ...tests: readonly string[]) {
  return { status, assertionResults: tests.map((test) => ({ status: test })) };
}

it.each<[string, unknown, number, string]>([
  ['a green run', { testResults: [file('passed', 'passed', 'passed')] }, 0, '2 passed, 0 failed'],
  [
    'skipped and todo tests',
    { testResults: [file('passed', 'passed', 'skipped', 'pending', 'todo')] },
    0,
    '1 passed, 0 failed, 3 skipped',
  ],
  [
    'failing tests',
    { testResults: [file('failed', 'failed', 'passed'), file('failed', 'failed')] },
    1,
    '1 passed, 2 failed',
  ],
  [
    'a file that cannot be loaded',
    { testResults: [file('failed'), file('passed', 'passed')] },
    1,
    '1 passed, 1 failed',
  ],
  ['a hook that fails', { testResults: [file('failed', 'skipped', 'skipped')] }, 1, '0 passed, 1 failed, 2 skipped'],
  ['an error outside all tests', { testResults: [file('passed', 'passed')] }, 1, '1 passed, 1 failed'],
  ['an early end without a report', undefined, 2, '0 passed, 1 failed'],
  ['a missing report of a run that says it was fine', undefined, 0, '0 passed, 1 failed'],
  ['a run without tests', { testResults: [] }, 0, '0 passed, 1 failed'],
])('counts %s', (_, report, exitCode, line) => {
  expect(summaryLine(summarize(report, exitCode))).toBe(line);
});
