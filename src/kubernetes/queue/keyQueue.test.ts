import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, settle } from '../../../test/support/apiserver/time.ts';
import { KeyQueue, type KeyQueueOptions, urgentInARow } from './keyQueue.ts';

let clock: ManualClock;
/** Keys in the order in which their handlers began. */
let begun: string[];
let finish: Map<string, () => void>;
let errors: string[];

beforeEach(() => {
  clock = new ManualClock();
  begun = [];
  finish = new Map();
  errors = [];
});

/** A handler that runs until the test ends it by `done(key)`. */
function handle(key: string): Promise<void> {
  begun.push(key);
  return new Promise((resolve) => {
    finish.set(key, resolve);
  });
}

async function done(key: string): Promise<void> {
  finish.get(key)?.();
  await settle();
}

function optionsOf(): KeyQueueOptions {
  return {
    handle,
    workers: 1,
    groupOf: () => '',
    urgencyOf: () => 'routine',
    backoff: { baseMs: 1_000, capMs: 60_000 },
    clock,
    random: () => 1,
    onError: (key, error) => {
      errors.push(`${key}: ${String(error)}`);
    },
  };
}

function queueOf(options: Partial<KeyQueueOptions> = {}): KeyQueue {
  const queue = new KeyQueue({ ...optionsOf(), ...options });
  queue.start();
  return queue;
}

describe('KeyQueue', () => {
  it('handles a waiting key once, even if it is added several times', async () => {
    const queue = queueOf();
    queue.add('busy');
    for (const key of ['a', 'b', 'a', 'a']) {
      queue.add(key);
    }
    await done('busy');
    await done('a');
    await done('b');
    expect(begun).toEqual(['busy', 'a', 'b']);
  });

  it('handles a key again that was added during its handler, never twice concurrently', async () => {
    const queue = queueOf({ workers: 4 });
    queue.add('a');
    queue.add('a');
    queue.add('a');
    await settle();
    expect(begun).toEqual(['a']);
    await done('a');
    expect(begun).toEqual(['a', 'a']);
    await done('a');
    expect(begun).toEqual(['a', 'a']);
  });

  it('runs as many handlers as it has workers', async () => {
    const depths: number[] = [];
    const ignored = {
      added: () => undefined,
      waited: () => undefined,
      worked: () => undefined,
      retried: () => undefined,
    };
    const queue = queueOf({ workers: 2, observe: { ...ignored, depth: (keys) => void depths.push(keys) } });
    for (const key of ['a', 'b', 'c', 'd']) {
      queue.add(key);
    }
    await settle();
    expect(begun).toEqual(['a', 'b']);
    expect(depths.at(-1)).toBe(2);
    await done('b');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('lets a key that comes back wait behind the others', async () => {
    const queue = queueOf();
    for (const key of ['a', 'b', 'a']) {
      queue.add(key);
    }
    await done('a');
    await done('b');
    await done('a');
    expect(begun).toEqual(['a', 'b', 'a']);
  });

  it('lets groups take turns, so that a key waits for one of each other group at most', async () => {
    const queue = queueOf({ groupOf: (key) => key.slice(0, 1) });
    ['a1', 'a2', 'a3', 'a4', 'b1'].forEach((key) => queue.add(key));
    for (const key of ['a1', 'a2', 'b1', 'a3', 'a4']) {
      await done(key);
    }
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
  });

  const byFirst = (key: string) => (key.startsWith('u') ? 'urgent' : 'routine');

  it('hands out urgent keys before routine ones, also those that were there before its start', async () => {
    const queue = new KeyQueue({ ...optionsOf(), urgencyOf: byFirst });
    ['r1', 'r2', 'u1'].forEach((key) => queue.add(key));
    queue.start();
    queue.add('u2');
    for (const key of ['u1', 'u2', 'r1', 'r2']) {
      await done(key);
    }
    expect(begun).toEqual(['u1', 'u2', 'r1', 'r2']);
  });

  it('gives a routine key its turn after so many urgent ones', async () => {
    const queue = queueOf({ urgencyOf: byFirst });
    const urgent = Array.from({ length: 2 * urgentInARow }, (_, index) => `u${index}`);
    [...urgent, 'r1', 'r2'].forEach((key) => queue.add(key));
    // Grows while it is walked: each end begins the next one.
    for (const key of begun) {
      await done(key);
    }
    const [first, second] = [begun.indexOf('r1'), begun.indexOf('r2')];
    expect([first, second]).toEqual([urgentInARow, 2 * urgentInARow + 1]);
  });

  it('does not handle a key again that its handler has seen since it was added', async () => {
    const queue = queueOf();
    queue.add('a');
    queue.add('a');
    queue.seen('a');
    await done('a');
    expect(begun).toEqual(['a']);
    queue.add('a');
    queue.add('a');
    await done('a');
    expect(begun).toEqual(['a', 'a', 'a']);
  });

  it('only gathers keys before it is started', async () => {
    const queue = new KeyQueue(optionsOf());
    queue.add('a');
    await settle();
    expect(begun).toEqual([]);
    queue.start();
    expect(begun).toEqual(['a']);
  });

  it.each([
    { first: 5_000, second: 2_000 },
    { first: 2_000, second: 5_000 },
  ])('uses the earliest of several delays ($first, $second)', ({ first, second }) => {
    const queue = queueOf();
    queue.addAfter('a', first);
    queue.addAfter('a', second);
    clock.advance(1_999);
    expect(begun).toEqual([]);
    clock.advance(1);
    expect(begun).toEqual(['a']);
    expect(clock.timers).toEqual([]);
  });

  it('adds immediately when the delay is over already', () => {
    const queue = queueOf();
    queue.addAfter('a', -5);
    expect(begun).toEqual(['a']);
  });

  it('doubles the delay with each failure, up to the cap, until the key is forgotten', async () => {
    const queue = queueOf();
    const delays: (number | undefined)[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      queue.addRateLimited('a');
      delays.push(clock.timers[0]);
      clock.advance(60_000);
      await done('a');
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    queue.forget('a');
    queue.addRateLimited('a');
    expect(clock.timers).toEqual([1_000]);
  });

  it('reports a handler that throws and tries its key again, and serves the others', async () => {
    const queue = queueOf({
      handle: (key) => {
        begun.push(key);
        return key === 'bad' ? Promise.reject(new Error('bug')) : Promise.resolve();
      },
    });
    queue.add('bad');
    queue.add('good');
    await settle();
    expect(begun).toEqual(['bad', 'good']);
    expect(errors).toEqual(['bad: Error: bug']);
    clock.advance(1_000);
    await settle();
    expect(begun).toEqual(['bad', 'good', 'bad']);
    expect(clock.timers).toEqual([2_000]);
  });

  it('on shutdown drops waiting keys, lets running handlers finish, and accepts no more', async () => {
    const queue = queueOf();
    queue.add('running');
    queue.add('waiting');
    queue.add('running');
    queue.addAfter('later', 1_000);
    const ended = queue.shutdown(30_000);
    queue.add('more');
    queue.addAfter('more', 1);
    await done('running');
    expect(await ended).toEqual([]);
    clock.advance(100_000);
    await settle();
    expect(begun).toEqual(['running']);
  });

  it('on shutdown names the keys that did not finish in time', async () => {
    const queue = queueOf();
    queue.add('stuck');
    const ended = queue.shutdown(30_000);
    await settle();
    clock.advance(30_000);
    expect(await ended).toEqual(['stuck']);
  });

  it('ends immediately when no handler runs', async () => {
    expect(await queueOf().shutdown(30_000)).toEqual([]);
  });

  it('reports a key as added when it is queued, and once when it is queued again while its handler runs', async () => {
    let added = 0;
    const ignored = {
      depth: () => undefined,
      waited: () => undefined,
      worked: () => undefined,
      retried: () => undefined,
    };
    const queue = queueOf({ observe: { ...ignored, added: () => void (added += 1) } });
    queue.add('a');
    queue.add('b');
    queue.add('b');
    expect(added).toBe(2);
    queue.add('a');
    queue.add('a');
    expect(added).toBe(3);
    await done('a');
    await done('b');
    expect(begun).toEqual(['a', 'b', 'a']);
    expect(added).toBe(3);
  });

  it('reports depth, waiting time, working time and retries', async () => {
    const events: string[] = [];
    const queue = queueOf({
      observe: {
        added: () => undefined,
        depth: (keys) => events.push(`depth ${keys}`),
        waited: (milliseconds) => events.push(`waited ${milliseconds}`),
        worked: (milliseconds) => events.push(`worked ${milliseconds}`),
        retried: () => events.push('retried'),
      },
    });
    queue.add('a');
    queue.add('b');
    clock.advance(70);
    await done('a');
    queue.addRateLimited('a');
    expect(events).toEqual([
      'depth 1',
      'depth 0',
      'waited 0',
      'depth 1',
      'worked 70',
      'depth 0',
      'waited 70',
      'retried',
    ]);
  });
});
