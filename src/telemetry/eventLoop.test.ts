import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

it('reports how long the event loop hung, once', () => {
  hang(400);
  expect(loop.longestDelay()).toBeGreaterThanOrEqual(0.3);
  expect(loop.longestDelay()).toBeLessThan(0.3);
});

it('reports a pause that ended before', async () => {
  hang(400);
  await setTimeout(1);
  expect(loop.longestDelay()).toBeGreaterThanOrEqual(0.3);
});
