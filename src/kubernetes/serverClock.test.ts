import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/apiserver/time.ts';
import { ServerClock } from './serverClock.ts';

const noon = Date.parse('2026-11-24T12:00:00Z');
const minutes = 60_000;

/** An own clock at noon. The API server's clock speaks in the header of an answer that took this long. */
function after(aheadMs: number, tookMs: number): ServerClock {
  const clock = new ServerClock(new ManualClock(noon));
  clock.learn(new Date(noon + aheadMs).toUTCString(), tookMs);
  return clock;
}

describe('a clock that follows the API server', () => {
  it.each([
    ['ten minutes ahead', 10 * minutes, 0, 10 * minutes],
    ['ten minutes behind', -10 * minutes, 0, -10 * minutes + 1000],
    ['the same', 0, 0, 0],
    ['the same, before whole seconds', -900, 0, 0],
    ['the same, and the answer was slow', -20_000, 20_000, 0],
  ])('is right where the server is %s', (_, aheadMs, tookMs, expected) => {
    expect(after(aheadMs, tookMs).now() - noon).toBe(expected);
  });

  it.each([undefined, '', 'yesterday'])('learns nothing from the header %j', (date) => {
    const clock = new ServerClock(new ManualClock(noon));
    clock.learn(date, 0);
    expect(clock.now()).toBe(noon);
  });

  it('measures durations by the own clock', () => {
    const own = new ManualClock(noon);
    const clock = new ServerClock(own);
    const before = clock.elapsed();
    clock.learn(new Date(noon + 10 * minutes).toUTCString(), 0);
    own.advance(5);
    expect(clock.elapsed() - before).toBe(5);
  });

  it('follows a correction of the own clock', () => {
    const clock = after(10 * minutes, 0);
    clock.learn(new Date(noon).toUTCString(), 0);
    expect(clock.now() - noon).toBeLessThanOrEqual(1000);
  });
});
