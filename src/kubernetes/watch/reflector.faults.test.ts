import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReflectorScene } from '../../../test/support/apiserver/scene.ts';
import { settle } from '../../../test/support/apiserver/time.ts';
import { until } from '../../../tools/eventually.ts';

let scene: ReflectorScene;

beforeEach(async () => {
  scene = await ReflectorScene.start();
});

afterEach(async () => {
  await scene.stop();
});

describe('what goes wrong', () => {
  it.each([
    { fault: { is: 'status', code: 429, retryAfterSeconds: 5 } as const },
    { fault: { is: 'status', code: 500 } as const },
    { fault: { is: 'status', code: 403 } as const },
    { fault: { is: 'reset' } as const },
    { fault: { is: 'page' } as const },
    { fault: { is: 'hang' } as const },
  ])('$fault on lists and watches does not end it', async ({ fault }) => {
    scene.server.fail('list', fault, fault, fault);
    scene.server.fail('watch', fault, fault, fault);
    await scene.watching({}, 100);
    scene.server.put('a', { text: '1' });
    await until('a is seen', () => scene.cache.get('team/a') === '1');
    expect(scene.events).toContain('listFailed');
  });

  it('backs off with doubled delays up to the cap, and from the base again after a success', async () => {
    scene.server.fail('list', ...Array.from({ length: 7 }, () => ({ is: 'status', code: 500 }) as const));
    scene.reflect({ backoff: { baseMs: 1_000, capMs: 10_000 } });
    const delays: (number | undefined)[] = [];
    for (let failure = 1; failure <= 7; failure += 1) {
      await until(
        `failure ${failure} is waited for`,
        () => scene.events.length === failure && scene.clock.timers.length === 1,
      );
      delays.push(scene.clock.timers[0]);
      scene.clock.advance(delays.at(-1) ?? 0);
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
    await until('a watch is open', () => scene.server.openWatches === 1);
    scene.server.put('a', { text: '1' });
    await until('a is seen', () => scene.cache.get('team/a') === '1');
    scene.server.fail('watch', { is: 'status', code: 500 });
    scene.server.endWatches('reset');
    await until(
      'the loss is waited for',
      () => scene.clock.timers.length === 1 && scene.events.includes('watchFailed'),
    );
    expect(scene.clock.timers).toEqual([1_000]);
  });

  it('waits for the time in Retry-After', async () => {
    scene.server.fail('list', { is: 'status', code: 429, retryAfterSeconds: 7 });
    scene.reflect();
    await until('it waits', () => scene.events.length === 1 && scene.clock.timers.length === 1);
    expect(scene.clock.timers).toEqual([7_000]);
  });

  it('does not loop when the server closes watches immediately', async () => {
    scene.reflect();
    for (const [close, delay] of [500, 1_000, 2_000].entries()) {
      await until('a watch is open', () => scene.server.openWatches === 1);
      scene.server.endWatches('close');
      await until('it has noticed', () => scene.events.filter((event) => event === 'watchClosed').length === close + 1);
      await settle();
      expect(scene.server.count('watch')).toBe(close + 1);
      expect(scene.clock.timers).toEqual([delay]);
      scene.clock.advance(delay);
    }
    expect(scene.server.count('list')).toBe(1);
  });

  it('notices a half-open watch within 60 s and goes on from where it was, on new connections', async () => {
    const connection = scene.server.connect();
    let renewals = 0;
    const renew = () => {
      renewals += 1;
      connection.renew();
    };
    await scene.watching({ connection: { ...connection, renew } });
    scene.server.silence();
    scene.server.put('a', { text: '1' });
    await settle();
    expect(scene.seen()).toEqual({});
    const since = scene.clock.elapsed();
    await scene.eventually('a is seen', () => scene.cache.get('team/a') === '1');
    expect(scene.clock.elapsed() - since).toBeLessThanOrEqual(60_000);
    expect(scene.events).toContain('watchStalled');
    expect(scene.server.count('list')).toBe(1);
    expect(renewals).toBe(1);
    await connection.close();
  });

  it('notices a watch that never answers within 60 s', async () => {
    scene.server.fail('watch', { is: 'hang' });
    scene.server.put('a', { text: '1' });
    await scene.reflect().whenSynced;
    await until('the reflector opened a watch', () => scene.server.count('watch') === 1);
    const since = scene.clock.elapsed();
    await scene.eventually('a second watch is open', () => scene.server.openWatches === 1);
    expect(scene.clock.elapsed() - since).toBeLessThanOrEqual(60_000);
  });

  it('gets the event again whose line was cut', async () => {
    await scene.watching();
    scene.server.deliver = () => [];
    scene.server.put('a', { text: '1' });
    scene.server.sendRaw('{"type":"ADDED","object":{"metadata":{"name":"a","names');
    scene.server.endWatches('close');
    scene.server.deliver = (event) => [event];
    await scene.eventually('a is seen', () => scene.cache.get('team/a') === '1');
    expect(scene.server.count('list')).toBe(1);
  });

  it('lists again after an ERROR event that says the place cannot be served', async () => {
    await scene.watching();
    scene.server.sendError(504, 'Timeout');
    await scene.eventually(
      'a watch is open again',
      () => scene.server.count('watch') === 2 && scene.server.openWatches === 1,
    );
    expect(scene.server.count('list')).toBe(2);
  });
});

describe('one bad object or handler', () => {
  it('does not stop the others', async () => {
    scene.server.put('bad', { text: 7 });
    scene.server.put('good', { text: 'provoke' });
    await scene.watching();
    scene.server.put('worse', {});
    scene.server.put('late', { text: 'provoke' });
    await until('the late one is seen', () => scene.cache.get('team/late') === 'provoke');
    expect(scene.seen()).toEqual({ good: 'provoke', late: 'provoke' });
    expect(scene.problems).toBe(4);
  });
});

describe('lastActivity', () => {
  it('moves with bookmarks and stands still while the server is away', async () => {
    await scene.watching();
    scene.clock.advance(5_000);
    scene.server.bookmark();
    await until('the bookmark counts', () => scene.reflector.lastActivity === scene.clock.elapsed());
    const last = scene.clock.elapsed();
    await scene.server.stop();
    await scene.eventually(
      'it fails to come back',
      () => scene.events.filter((event) => event === 'watchFailed').length > 3,
    );
    expect(scene.reflector.lastActivity).toBe(last);
    expect(scene.reflector.synced).toBe(true);
  });
});
