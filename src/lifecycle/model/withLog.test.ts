import { expect, it } from 'vitest';
import { withLog } from './withLog.ts';

const needsLog = { is: 'needsLog', container: 'build' } as const;

it('fetches no log for an end that needs none', () => {
  const judged = withLog(
    () => ({ is: 'passed' }) as const,
    () => {
      throw new Error('fetched');
    },
  );
  expect(judged).toEqual({ is: 'passed' });
});

it('judges by the log of the container that is named', () => {
  const judged = withLog(
    (log) => (log === null ? needsLog : ({ is: 'failed', log } as const)),
    (container) => ({ is: 'log', text: `end of ${container}` }) as const,
  );
  expect(judged).toEqual({ is: 'failed', log: 'end of build' });
});

it('hands on what follows while the log is missing', () => {
  const judged = withLog(
    (log) => (log === null ? needsLog : ({ is: 'failed' } as const)),
    () => ({ is: 'asking' }) as const,
  );
  expect(judged).toEqual({ is: 'asking' });
});

it('throws when the judge asks for the log that it has', () => {
  expect(() =>
    withLog(
      () => needsLog,
      () => ({ is: 'log', text: '' }) as const,
    ),
  ).toThrow('the log of build was read');
});
