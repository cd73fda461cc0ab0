import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedApiServer } from '../../test/support/apiserver.ts';
import { ManualClock, settle, until } from '../../test/support/apiserver-time.ts';
import { Cache } from './cache.ts';
import type { Connection } from './connection.ts';
import { isObject } from './object.ts';
import { Reflector, type ReflectorEvent, type ReflectorOptions } from './reflector.ts';

const path = '/api/v1/namespaces/team/configmaps';

let server: ScriptedApiServer;
let connection: Connection;
let clock: ManualClock;
let cache: Cache<string>;
let changes: string[];
let events: ReflectorEvent[];
let reflector: Reflector<string>;

function project(object: unknown): string {
  if (!isObject(object) || typeof object['text'] !== 'string') {
    throw new Error('no text');
  }
  return object['text'];
}

function reflect(options: Partial<ReflectorOptions<string>> = {}): Reflector<string> {
  reflector = new Reflector({
    connection,
    resource: { path },
    cache,
    clock,
    random: () => 1,
    log: () => undefined,
    observe: (event) => {
      events.push(event);
    },
    ...options,
  });
  reflector.start();
  return reflector;
}

function seen(): Record<string, string> {
  return Object.fromEntries([...cache.keys()].toSorted().map((key) => [key.slice(5), cache.get(key) ?? '']));
}

/** Waits, and lets time fly meanwhile. */
function eventually(what: string, condition: () => boolean): Promise<void> {
  return until(what, condition, () => clock.advance(100));
}

/** A reflector that has listed and is watching. */
async function watching(options: Partial<ReflectorOptions<string>> = {}): Promise<void> {
  reflect(options);
  await eventually('a watch is open', () => server.openWatches === 1);
}

beforeEach(async () => {
  server = await ScriptedApiServer.start();
  connection = server.connect({ timeoutMs: 2_000 });
  clock = new ManualClock();
  changes = [];
  events = [];
  cache = new Cache({
    project,
    onChange: ({ key, before, after }) => {
      changes.push(`${key.slice(5)}: ${before ?? '-'} > ${after ?? '-'}`);
    },
  });
});

afterEach(async () => {
  reflector.stop();
  await connection.close();
  await server.stop();
});

describe('a reflector', () => {
  it('lists in pages and is synced after the last', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      server.put(name, { text: name });
    }
    reflect({ pageSize: 2 });
    expect(reflector.synced).toBe(false);
    await reflector.whenSynced;
    expect(seen()).toEqual({ a: 'a', b: 'b', c: 'c', d: 'd', e: 'e' });
    expect(server.requests.filter(({ kind }) => kind === 'list').map(({ query }) => query.get('limit'))).toEqual([
      '2',
      '2',
      '2',
    ]);
  });

  it('follows changes from where the list ended', async () => {
    server.put('a', { text: '1' });
    await watching();
    server.put('a', { text: '2' });
    server.put('b', { text: '1' });
    server.delete('a');
    await until('all is told', () => changes.length === 4);
    expect(changes).toEqual(['a: - > 1', 'a: 1 > 2', 'b: - > 1', 'a: 2 > -']);
    expect(server.count('list')).toBe(1);
  });

  it('asks for bookmarks, a server-side time-out and its selectors', async () => {
    await watching({ resource: { path, labelSelector: 'role=build', fieldSelector: 'metadata.name!=x' } });
    const watch = server.requests.find(({ kind }) => kind === 'watch');
    expect(Object.fromEntries(watch?.query ?? [])).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '20',
      resourceVersion: '100',
      labelSelector: 'role=build',
      fieldSelector: 'metadata.name!=x',
    });
  });

  it('goes on from a bookmark when the server ends a watch, without a list', async () => {
    await watching();
    server.store.tick();
    server.bookmark();
    await until('the bookmark is heard', () => cache.newest === '101');
    server.store.compact();
    server.endWatches('close');
    await eventually('a second watch is open', () => server.count('watch') === 2 && server.openWatches === 1);
    server.put('a', { text: '1' });
    await until('a is seen', () => cache.get('team/a') === '1');
    expect(server.count('list')).toBe(1);
  });

  it('gets what happened between two watches', async () => {
    server.put('a', { text: '1' });
    await watching();
    server.endWatches('close');
    server.put('a', { text: '2' });
    server.delete('a');
    server.put('b', { text: '1' });
    await eventually('b is seen', () => cache.get('team/b') === '1');
    expect(seen()).toEqual({ b: '1' });
    expect(server.count('list')).toBe(1);
  });

  it('stops for good: no watch is open and none is opened', async () => {
    await watching();
    reflector.stop();
    await until('the watch is closed', () => server.openWatches === 0);
    clock.advance(1_000_000);
    await settle();
    expect(server.count('watch')).toBe(1);
  });

  it('runs once even if started twice', async () => {
    await watching();
    reflector.start();
    await settle();
    expect(server.count('list')).toBe(1);
    expect(server.openWatches).toBe(1);
  });
});

describe('410 Gone', () => {
  it.each([
    { how: 'as the status of the watch', expire: () => server.fail('watch', { is: 'status', code: 410 }) },
    { how: 'in the body of the watch', expire: () => undefined },
  ])('$how lists again at once and misses no delete', async ({ expire }) => {
    server.put('a', { text: '1' });
    server.put('b', { text: '1' });
    await watching();
    server.deliver = () => [];
    server.delete('a');
    server.put('b', { text: '2' });
    server.store.compact();
    expire();
    server.endWatches('reset');
    await eventually('a watch is open again', () => server.count('list') === 2 && server.openWatches === 1);
    expect(seen()).toEqual({ b: '2' });
    expect(changes).toContain('a: 1 > -');
    expect(events).toContain('watchExpired');
  });

  it('between two pages starts the list again', async () => {
    for (const name of ['a', 'b', 'c']) {
      server.put(name, { text: name });
    }
    server.fail('list', { is: 'none' }, { is: 'status', code: 410 });
    reflect({ pageSize: 2 });
    await eventually('it is synced', () => reflector.synced);
    expect(seen()).toEqual({ a: 'a', b: 'b', c: 'c' });
    expect(server.requests.filter(({ kind }) => kind === 'list').map(({ query }) => query.has('continue'))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
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
    await connection.close();
    connection = server.connect({ timeoutMs: 100 });
    server.fail('list', fault, fault, fault);
    server.fail('watch', fault, fault, fault);
    await watching();
    server.put('a', { text: '1' });
    await until('a is seen', () => cache.get('team/a') === '1');
    expect(events).toContain('listFailed');
  });

  it('backs off with doubled delays up to the cap, and from the base again after a success', async () => {
    server.fail('list', ...Array.from({ length: 7 }, () => ({ is: 'status', code: 500 }) as const));
    reflect({ backoff: { baseMs: 1_000, capMs: 10_000 } });
    const delays: (number | undefined)[] = [];
    for (let failure = 1; failure <= 7; failure += 1) {
      await until(`failure ${failure} is waited for`, () => events.length === failure && clock.timers.length === 1);
      delays.push(clock.timers[0]);
      clock.advance(delays.at(-1) ?? 0);
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
    await until('a watch is open', () => server.openWatches === 1);
    server.put('a', { text: '1' });
    await until('a is seen', () => cache.get('team/a') === '1');
    server.fail('watch', { is: 'status', code: 500 });
    server.endWatches('reset');
    await until('the loss is waited for', () => clock.timers.length === 1 && events.includes('watchFailed'));
    expect(clock.timers).toEqual([1_000]);
  });

  it('waits as long as Retry-After says', async () => {
    server.fail('list', { is: 'status', code: 429, retryAfterSeconds: 7 });
    reflect();
    await until('it waits', () => events.length === 1 && clock.timers.length === 1);
    expect(clock.timers).toEqual([7_000]);
  });

  it('does not ask without end where watches are closed at once', async () => {
    reflect();
    for (let close = 1; close <= 3; close += 1) {
      await eventually('a watch is open', () => server.openWatches === 1);
      server.endWatches('close');
      await until('it waits before the next', () => events.length === 1 + close && clock.timers.length === 1);
    }
    expect(server.count('list')).toBe(1);
  });

  it('notices a half-open watch within 60 s and goes on from where it was', async () => {
    await watching();
    server.silence();
    server.put('a', { text: '1' });
    await settle();
    expect(seen()).toEqual({});
    const since = clock.elapsed();
    await eventually('a is seen', () => cache.get('team/a') === '1');
    expect(clock.elapsed() - since).toBeLessThanOrEqual(60_000);
    expect(events).toContain('watchStalled');
    expect(server.count('list')).toBe(1);
  });

  it('notices a watch that never answers within 60 s', async () => {
    server.fail('watch', { is: 'hang' });
    server.put('a', { text: '1' });
    await reflect().whenSynced;
    await until('the watch was asked for', () => server.count('watch') === 1);
    const since = clock.elapsed();
    await eventually('a second watch is open', () => server.openWatches === 1);
    expect(clock.elapsed() - since).toBeLessThanOrEqual(60_000);
  });

  it('gets the event again whose line was cut', async () => {
    await watching();
    server.deliver = () => [];
    server.put('a', { text: '1' });
    server.sendRaw('{"type":"ADDED","object":{"metadata":{"name":"a","names');
    server.endWatches('close');
    server.deliver = (event) => [event];
    await eventually('a is seen', () => cache.get('team/a') === '1');
    expect(server.count('list')).toBe(1);
  });

  it('lists again after an ERROR event that says the place cannot be served', async () => {
    await watching();
    server.sendError(504, 'Timeout');
    await eventually('a watch is open again', () => server.count('watch') === 2 && server.openWatches === 1);
    expect(server.count('list')).toBe(2);
  });
});

describe('what is old or out of order', () => {
  it('is not believed of a list: the view does not roll back', async () => {
    server.put('a', { text: '1' });
    const old = server.store.version;
    server.put('a', { text: '2' });
    server.put('b', { text: '1' });
    await watching();
    server.fail('list', { is: 'stale', version: old }, { is: 'stale', version: old });
    server.fail('watch', { is: 'status', code: 410 });
    server.endWatches('reset');
    await eventually('a good list came', () => server.count('list') === 4 && server.openWatches === 1);
    expect(seen()).toEqual({ a: '2', b: '1' });
    expect(changes).toEqual(['a: - > 2', 'b: - > 1']);
    expect(events.filter((event) => event === 'listFailed')).toHaveLength(2);
  });

  it('is sorted out when events come twice, late and in disorder', async () => {
    await watching();
    const held: Parameters<typeof server.deliver>[0][] = [];
    server.deliver = (event) => {
      held.push(event);
      return [];
    };
    server.put('a', { text: '1' });
    server.put('a', { text: '2' });
    server.put('b', { text: '1' });
    server.delete('b');
    server.deliver = (event) => [...held.toReversed(), ...held, event];
    server.put('end', { text: '1' });
    await until('the last is seen', () => cache.get('team/end') === '1');
    expect(seen()).toEqual({ a: '2', end: '1' });
  });

  it('heals from events that never came, by the next list', async () => {
    server.put('a', { text: '1' });
    server.put('b', { text: '1' });
    await watching({ relistMs: 60_000 });
    server.deliver = () => [];
    server.put('a', { text: '2' });
    server.delete('b');
    server.deliver = (event) => [event];
    for (let minute = 0; minute < 4; minute += 1) {
      clock.advance(18_000);
      server.endWatches('close');
      await eventually('a watch is open', () => server.openWatches === 1);
    }
    await eventually('it is healed', () => cache.get('team/a') === '2');
    expect(seen()).toEqual({ a: '2' });
  });

  it('delete and recreate, seen by a list only, is one that went and one that came', async () => {
    server.put('a', { text: 'old' });
    await watching();
    server.deliver = () => [];
    server.delete('a');
    server.put('a', { text: 'new' });
    server.fail('watch', { is: 'status', code: 410 });
    server.endWatches('reset');
    await eventually('the new one is seen', () => cache.get('team/a') === 'new');
    expect(changes).toEqual(['a: - > old', 'a: old > -', 'a: - > new']);
  });

  it('an own write that the server answered is not undone by older events', async () => {
    await watching();
    server.deliver = () => [];
    server.put('a', { text: '1' });
    cache.learn(server.put('a', { text: '2' }));
    server.deliver = (event) => [...server.store.since(100).slice(0, 1), event];
    server.put('b', { text: '1' });
    await until('b is seen', () => cache.get('team/b') === '1');
    expect(changes).toEqual(['a: - > 2', 'b: - > 1']);
  });
});

describe('one bad object or handler', () => {
  it('does not stop the others', async () => {
    server.put('bad', { text: 7 });
    server.put('good', { text: '1' });
    cache = new Cache({
      project,
      onChange: () => {
        throw new Error('handler');
      },
    });
    await watching();
    server.put('worse', {});
    server.put('late', { text: '1' });
    await until('the late one is seen', () => cache.get('team/late') === '1');
    expect(seen()).toEqual({ good: '1', late: '1' });
    expect(cache.problems).toBe(4);
  });
});

describe('lastActivity', () => {
  it('moves with bookmarks and stands still while the server is away', async () => {
    await watching();
    clock.advance(5_000);
    server.bookmark();
    await until('the bookmark counts', () => reflector.lastActivity === clock.elapsed());
    const last = clock.elapsed();
    await server.stop();
    await eventually('it fails to come back', () => events.filter((event) => event === 'watchFailed').length > 3);
    expect(reflector.lastActivity).toBe(last);
    expect(reflector.synced).toBe(true);
  });
});
