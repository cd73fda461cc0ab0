import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../tools/eventually.ts';
import { type EventLoop, watchEventLoop } from './eventLoop.ts';

let loop: EventLoop;

beforeEach(() => {
  loop = watchEventLoop();
});

afterEach(() => loop.stop());

/** Nothing else runs meanwhile. */
function hang(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

it('knows how long the event loop hung, once', async () => {
  let longest = 0;
  let isHung = false;
  await until('it has measured the pause', () => {
    longest = Math.max(longest, loop.longestDelay());
    if (!isHung) {
      isHung = true;
      // The first measurement comes with the first turn of the event loop.
      setTimeout(() => hang(400), 50);
    }
    return longest >= 0.3;
  });
  expect(longest).toBeGreaterThanOrEqual(0.3);
  loop.longestDelay();
  expect(loop.longestDelay()).toBe(0);
});
