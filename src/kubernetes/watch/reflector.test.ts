import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScriptedApiServer } from '../../../test/support/apiserver/apiserver.ts';
import { ReflectorScene, scenePath } from '../../../test/support/apiserver/scene.ts';
import { settle } from '../../../test/support/apiserver/time.ts';
import { until } from '../../../tools/eventually.ts';

let scene: ReflectorScene;

beforeEach(async () => {
  scene = await ReflectorScene.start();
});

afterEach(async () => {
  await scene.stop();
});

describe('a reflector', () => {
  it('lists in pages and is synced after the last', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      scene.server.put(name, { text: name });
    }
    scene.reflect({ pageSize: 2 });
    expect(scene.reflector.synced).toBe(false);
    await scene.reflector.whenSynced;
    expect(scene.seen()).toEqual({ a: 'a', b: 'b', c: 'c', d: 'd', e: 'e' });
    expect(scene.server.requests.filter(({ kind }) => kind === 'list').map(({ query }) => query.get('limit'))).toEqual([
      '2',
      '2',
      '2',
    ]);
  });

  it('follows scene.changes from where the list ended', async () => {
    scene.server.put('a', { text: '1' });
    await scene.watching();
    scene.server.put('a', { text: '2' });
    scene.server.put('b', { text: '1' });
    scene.server.delete('a');
    await until('every change is reported', () => scene.changes.length === 4);
    expect(scene.changes).toEqual(['a: - > 1', 'a: 1 > 2', 'b: - > 1', 'a: 2 > -']);
    expect(scene.server.count('list')).toBe(1);
  });

  it('asks for bookmarks, a server-side time-out and its selectors', async () => {
    await scene.watching({
      resource: { path: scenePath, labelSelector: 'role=build', fieldSelector: 'metadata.name!=x' },
    });
    const watch = scene.server.requests.find(({ kind }) => kind === 'watch');
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
    await scene.watching();
    scene.server.store.tick();
    scene.server.bookmark();
    await until('the bookmark is heard', () => scene.cache.newest === '101');
    scene.server.store.compact();
    scene.server.endWatches('close');
    await scene.eventually(
      'a second watch is open',
      () => scene.server.count('watch') === 2 && scene.server.openWatches === 1,
    );
    scene.server.put('a', { text: '1' });
    await until('a is seen', () => scene.cache.get('team/a') === '1');
    expect(scene.server.count('list')).toBe(1);
  });

  it('gets what happened between two watches', async () => {
    scene.server.put('a', { text: '1' });
    await scene.watching();
    scene.server.endWatches('close');
    scene.server.put('a', { text: '2' });
    scene.server.delete('a');
    scene.server.put('b', { text: '1' });
    await scene.eventually('b is seen', () => scene.cache.get('team/b') === '1');
    expect(scene.seen()).toEqual({ b: '1' });
    expect(scene.server.count('list')).toBe(1);
  });

  it('stops for good: no watch is open and none is opened', async () => {
    await scene.watching();
    scene.reflector.stop();
    await until('the watch is closed', () => scene.server.openWatches === 0);
    scene.clock.advance(1_000_000);
    await settle();
    expect(scene.server.count('watch')).toBe(1);
  });

  it('runs once even if started twice', async () => {
    await scene.watching();
    scene.reflector.start();
    await settle();
    expect(scene.server.count('list')).toBe(1);
    expect(scene.server.openWatches).toBe(1);
  });
});

describe('410 Gone', () => {
  it.each([
    { how: 'as the status of the watch', expire: () => scene.server.fail('watch', { is: 'status', code: 410 }) },
    { how: 'in the body of the watch', expire: () => undefined },
  ])('$how lists again immediately and misses no delete', async ({ expire }) => {
    scene.server.put('a', { text: '1' });
    scene.server.put('b', { text: '1' });
    await scene.watching();
    scene.server.deliver = () => [];
    scene.server.delete('a');
    scene.server.put('b', { text: '2' });
    scene.server.store.compact();
    expire();
    scene.server.endWatches('reset');
    await scene.eventually(
      'a watch is open again',
      () => scene.server.count('list') === 2 && scene.server.openWatches === 1,
    );
    expect(scene.seen()).toEqual({ b: '2' });
    expect(scene.changes).toContain('a: 1 > -');
    expect(scene.events).toContain('watchExpired');
  });

  it('between two pages starts the list again', async () => {
    for (const name of ['a', 'b', 'c']) {
      scene.server.put(name, { text: name });
    }
    scene.server.fail('list', { is: 'none' }, { is: 'status', code: 410 });
    scene.reflect({ pageSize: 2 });
    await scene.eventually('it is synced', () => scene.reflector.synced);
    expect(scene.seen()).toEqual({ a: 'a', b: 'b', c: 'c' });
    expect(
      scene.server.requests.filter(({ kind }) => kind === 'list').map(({ query }) => query.has('continue')),
    ).toEqual([false, true, false, true]);
  });
});

describe('what is old or out of order', () => {
  it('is not believed of a list: the view does not roll back', async () => {
    scene.server.put('a', { text: '1' });
    const old = scene.server.store.version;
    scene.server.put('a', { text: '2' });
    scene.server.put('b', { text: '1' });
    await scene.watching();
    scene.server.fail('list', { is: 'stale', version: old }, { is: 'stale', version: old });
    scene.server.fail('watch', { is: 'status', code: 410 });
    scene.server.endWatches('reset');
    await scene.eventually(
      'a good list came',
      () => scene.server.count('list') === 4 && scene.server.openWatches === 1,
    );
    expect(scene.seen()).toEqual({ a: '2', b: '1' });
    expect(scene.changes).toEqual(['a: - > 2', 'b: - > 1']);
    expect(scene.events.filter((event) => event === 'listFailed')).toHaveLength(2);
  });

  it('is sorted out when scene.events come twice, late and in disorder', async () => {
    await scene.watching();
    const held: Parameters<ScriptedApiServer['deliver']>[0][] = [];
    scene.server.deliver = (event) => {
      held.push(event);
      return [];
    };
    scene.server.put('a', { text: '1' });
    scene.server.put('a', { text: '2' });
    scene.server.put('b', { text: '1' });
    scene.server.delete('b');
    scene.server.deliver = (event) => [...held.toReversed(), ...held, event];
    scene.server.put('end', { text: '1' });
    await until('the last is seen', () => scene.cache.get('team/end') === '1');
    expect(scene.seen()).toEqual({ a: '2', end: '1' });
  });

  it('heals from scene.events that never came, by the next list', async () => {
    scene.server.put('a', { text: '1' });
    scene.server.put('b', { text: '1' });
    await scene.watching({ relistMs: 60_000 });
    scene.server.deliver = () => [];
    scene.server.put('a', { text: '2' });
    scene.server.delete('b');
    scene.server.deliver = (event) => [event];
    scene.server.put('c', { text: '1' });
    await until('c is seen, so that a watch goes on after what is lost', () => scene.cache.size === 3);
    expect(scene.seen()).toEqual({ a: '1', b: '1', c: '1' });
    scene.clock.advance(66_000);
    scene.server.endWatches('close');
    await scene.eventually('a watch is open again', () => scene.server.openWatches === 1);
    expect(scene.seen()).toEqual({ a: '2', c: '1' });
  });

  it('delete and recreate, seen by a list only, is one that went and one that came', async () => {
    scene.server.put('a', { text: 'old' });
    await scene.watching();
    scene.server.deliver = () => [];
    scene.server.delete('a');
    scene.server.put('a', { text: 'new' });
    scene.server.fail('watch', { is: 'status', code: 410 });
    scene.server.endWatches('reset');
    await scene.eventually('the new one is seen', () => scene.cache.get('team/a') === 'new');
    expect(scene.changes).toEqual(['a: - > old', 'a: old > -', 'a: - > new']);
  });

  it('an own write that the server answered is not undone by older scene.events', async () => {
    await scene.watching();
    scene.server.deliver = () => [];
    scene.server.put('a', { text: '1' });
    scene.cache.observe(scene.server.put('a', { text: '2' }));
    scene.server.deliver = (event) => [...scene.server.store.since(100).slice(0, 1), event];
    scene.server.put('b', { text: '1' });
    await until('b is seen', () => scene.cache.get('team/b') === '1');
    expect(scene.changes).toEqual(['a: - > 2', 'b: - > 1']);
  });
});
