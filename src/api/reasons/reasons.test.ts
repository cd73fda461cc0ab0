import { describe, expect, it } from 'vitest';
import { isFailureReason, retryOf, settingsPartOf } from './failureReasons.ts';
import { stageNames } from './reasonColumns.ts';
import { precedesBuild, readyReasons } from './reasons.ts';

describe('the reasons', () => {
  it.each(Object.entries(readyReasons))('names the stages of %s in their order', (_reason, { stages }) => {
    const places = stages.map((stage) => stageNames.indexOf(stage));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(places.length);
  });

  it.each([
    ['NodeLost', true],
    ['RunFailed', true],
    ['Building', false],
    ['Suspended', false],
    ['toString', false],
  ])('classifies %s as a failure: %s', (reason, expected) => {
    expect(isFailureReason(reason)).toBe(expected);
  });

  it('reads the columns of both tables', () => {
    expect([retryOf('NodeLost'), retryOf('PushFailed'), retryOf('BaseImageNotFound'), retryOf('RunFailed')]).toEqual([
      'fast',
      'slow',
      'interval',
      'never',
    ]);
    expect([settingsPartOf('BuilderFailed'), settingsPartOf('PackageNotFound'), settingsPartOf('RunFailed')]).toEqual([
      'pods',
      'packages',
      null,
    ]);
    expect([precedesBuild('PushFailed'), precedesBuild('RunFailed'), precedesBuild('Queued')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
