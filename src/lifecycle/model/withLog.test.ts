import { expect, it } from 'vitest';
import { withLog } from './withLog.ts';

const needsLog = { is: 'needsLog', container: 'build' } as const;

it('fetches no log unless the judge needs one', () => {
  const judged = withLog(
    () => ({ is: 'passed' }) as const,
    () => {
      throw new Error('fetched');
    },
  );
  expect(judged).toEqual({ is: 'passed' });
});

it('judges by the log of the named container', () => {
  const judged = withLog(
    (log) => (log === null ? needsLog : ({ is: 'failed', log } as const)),
    (container) => ({ is: 'log', text: `end of ${container}` }) as const,
  );
  expect(judged).toEqual({ is: 'failed', log: 'end of build' });
});

it('returns the result of a missing log', () => {
  const judged = withLog(
    (log) => (log === null ? needsLog : ({ is: 'failed' } as const)),
    () => ({ is: 'asking' }) as const,
  );
  expect(judged).toEqual({ is: 'asking' });
});

it('throws when the judge needs a log that it already has', () => {
  expect(() =>
    withLog(
      () => needsLog,
      () => ({ is: 'log', text: '' }) as const,
    ),
  ).toThrow('the log of build was read');
});
