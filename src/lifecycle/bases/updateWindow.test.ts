import { describe, expect, it } from 'vitest';
import { baseUpdatesFrom } from './updateWindow.ts';

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
/** A Wednesday. */
const noon = Date.parse('2026-11-25T12:00:00Z');

function iso(
  window: { start: string; end: string; days?: (typeof days)[number][] } | null,
  now: string,
  share = 0,
): string {
  const settings = { window: window === null ? null : { days: [...days], ...window }, maximumPerHour: 2 };
  return new Date(baseUpdatesFrom(Date.parse(now), settings, [], share)).toISOString();
}

describe('when moved bases start builds', () => {
  it.each([
    ['at any time', null, '2026-11-25T12:00:00Z', '2026-11-25T12:00:00.000Z'],
    ['within the window', { start: '10:00', end: '14:00' }, '2026-11-25T12:00:00Z', '2026-11-25T12:00:00.000Z'],
    ['before the window opens', { start: '22:00', end: '05:00' }, '2026-11-25T12:00:00Z', '2026-11-25T22:00:00.000Z'],
    [
      'after midnight, in the window of the day before',
      { start: '22:00', end: '05:00' },
      '2026-11-25T03:00:00Z',
      '2026-11-25T03:00:00.000Z',
    ],
    [
      'after the window has closed',
      { start: '02:00', end: '05:00' },
      '2026-11-25T12:00:00Z',
      '2026-11-26T02:00:00.000Z',
    ],
    [
      'on the next named day',
      { start: '22:00', end: '05:00', days: ['Sat' as const] },
      '2026-11-25T12:00:00Z',
      '2026-11-28T22:00:00.000Z',
    ],
    [
      'on the morning after a named day',
      { start: '22:00', end: '05:00', days: ['Tue' as const] },
      '2026-11-25T03:00:00Z',
      '2026-11-25T03:00:00.000Z',
    ],
  ])('%s', (_, window, now, expected) => {
    expect(iso(window, now)).toBe(expected);
  });

  it('spreads many ImageSpecs over the first minutes of a window', () => {
    expect(iso({ start: '22:00', end: '05:00' }, '2026-11-25T12:00:00Z', 1)).toBe('2026-11-25T22:15:00.000Z');
    expect(iso({ start: '22:00', end: '22:10' }, '2026-11-25T12:00:00Z', 1)).toBe('2026-11-25T22:05:00.000Z');
  });

  it('keeps to the rate: one more start once the oldest start is an hour ago', () => {
    const settings = { window: null, maximumPerHour: 2 };
    const started = [noon - 50 * 60_000, noon - 10 * 60_000, noon - 3 * 3_600_000];
    expect(baseUpdatesFrom(noon, settings, started, 0)).toBe(noon + 10 * 60_000);
    expect(baseUpdatesFrom(noon, settings, started.slice(1), 0)).toBe(noon);
  });
});
