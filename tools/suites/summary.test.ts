import { expect, it } from 'vitest';
import type { FileReport } from './report.ts';
import { closingLines, summarize, together } from './summary.ts';

function file(counts: Partial<FileReport>): FileReport {
  const empty = { suite: 'unit', path: 'a.test.ts', seconds: 1, busySeconds: 1, passed: 0, skipped: 0 };
  return { ...empty, failed: [], retried: [], ...counts };
}

const quiet = 'No test needed a second try.';

it.each<[string, Parameters<typeof summarize>[1], number, readonly string[]]>([
  ['a green run', { files: [file({ passed: 2 })] }, 0, [quiet, '2 passed, 0 failed']],
  ['skipped tests', { files: [file({ passed: 1, skipped: 3 })] }, 0, [quiet, '1 passed, 0 failed, 3 skipped']],
  [
    'failed tests',
    { files: [file({ passed: 1, failed: ['a'] }), file({ failed: ['b'] })] },
    1,
    [quiet, '1 passed, 2 failed'],
  ],
  [
    'a test that needed a second try',
    { files: [file({ passed: 1, retried: ['a.test.ts: builds'] })] },
    0,
    ['Needed a second try: a.test.ts: builds', '1 passed, 0 failed'],
  ],
  ['an error outside of all tests', { files: [file({ passed: 2 })] }, 1, [quiet, '2 passed, 1 failed']],
  ['a process without a report', undefined, 2, [quiet, '0 passed, 1 failed']],
  ['a process without a report that says all is well', undefined, 0, [quiet, '0 passed, 1 failed']],
  ['a run without tests', { files: [] }, 0, [quiet, '0 passed, 1 failed']],
])('counts %s', (_, report, exitCode, lines) => {
  expect(closingLines(summarize('unit', report, exitCode))).toEqual(lines);
});

it('adds up the processes of a run', () => {
  const green = summarize('unit', { files: [file({ passed: 2, skipped: 1 })] }, 0);
  const red = summarize('hub', undefined, 1);
  expect(closingLines(together([green, red]))).toEqual([quiet, '2 passed, 1 failed, 1 skipped']);
});
