import { readdir, readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/kubernetes/client/connection.ts';
import { systemClock } from '../../src/kubernetes/clock.ts';
import { isObject, isOlder } from '../../src/kubernetes/object.ts';
import { Cache } from '../../src/kubernetes/watch/cache.ts';
import { Reflector, type ReflectorEvent, type ReflectorOptions } from '../../src/kubernetes/watch/reflector.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { until } from '../../tools/eventually.ts';
import { Relay } from '../support/apiserver/relay.ts';
import { typed } from '../support/apiserver/typed.ts';
import { apiServer } from './place.ts';

let cluster: LightCluster;
/** Straight to the API server, for the test itself. */
let direct: Relay;
let admin: Connection;
/** Between the API server and what is tested. */
let relay: Relay;
let namespace: string;
let namespaces = 0;
const running: Reflector<string>[] = [];

beforeAll(async () => {
  ({ cluster } = await apiServer());
  direct = await Relay.start(cluster.kubeconfig);
  admin = direct.connect();
});

afterAll(() => direct.stop());

beforeEach(async () => {
  relay = await Relay.start(cluster.kubeconfig);
  namespaces += 1;
  namespace = `watch-${namespaces}`;
  await typed(admin).core.createNamespace({ body: { metadata: { name: namespace } } });
});

afterEach(async () => {
  for (const reflector of running.splice(0)) {
    reflector.stop();
  }
  await relay.stop();
});

interface View {
  readonly cache: Cache<string>;
  readonly reflector: Reflector<string>;
  readonly changes: string[];
  readonly happened: ReflectorEvent[];
}

/** Data of a ConfigMap, note of an Event. */
function project(object: unknown): string {
  if (!isObject(object)) {
    throw new Error('no object');
  }
  const data = isObject(object['data']) ? object['data']['text'] : object['message'];
  return typeof data === 'string' ? data : '';
}

/** Some resource of the test's namespace, seen through the relay. */
function view(plural: string, options: Partial<ReflectorOptions<string>> = {}): View {
  const changes: string[] = [];
  const happened: ReflectorEvent[] = [];
  const cache = new Cache({
    project,
    onChange: ({ key, before, after }) => {
      changes.push(`${key.slice(namespace.length + 1)}: ${before ?? '-'} > ${after ?? '-'}`);
    },
  });
  const reflector = new Reflector({
    connection: relay.connect(),
    resource: { path: `/api/v1/namespaces/${namespace}/${plural}`, fieldSelector: 'metadata.name!=kube-root-ca.crt' },
    cache,
    clock: systemClock,
    random: Math.random,
    log: () => undefined,
    observe: (event) => {
      happened.push(event);
    },
    ...options,
  });
  running.push(reflector);
  reflector.start();
  return { cache, reflector, changes, happened };
}

function write(name: string, text: string) {
  return typed(admin).core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { text } } });
}

function rewrite(name: string, text: string) {
  const body = { metadata: { name }, data: { text } };
  return typed(admin).core.replaceNamespacedConfigMap({ namespace, name, body });
}

function remove(name: string) {
  return typed(admin).core.deleteNamespacedConfigMap({ namespace, name });
}

it('holds 200 ConfigMaps, listed in pages, and follows changes', async () => {
  const names = Array.from({ length: 200 }, (_, number) => `map-${number}`);
  const queue = names.values();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const name of queue) {
        await write(name, name);
      }
    }),
  );
  const through = relay.connect();
  const pages: boolean[] = [];
  const connection = {
    ...through,
    getJson: (path: string, query: Readonly<Record<string, string>>) => {
      pages.push('continue' in query);
      return through.getJson(path, query);
    },
  };
  const { cache, reflector, changes } = view('configmaps', { connection, pageSize: 50 });
  await reflector.whenSynced;
  expect(pages).toEqual([false, true, true, true]);
  expect([...cache.keys()].toSorted()).toEqual(names.map((name) => `${namespace}/${name}`).toSorted());
  changes.length = 0;
  await rewrite('map-7', 'new');
  await remove('map-8');
  await write('one-more', 'added');
  await until('every change is reported', () => changes.length === 3);
  expect(changes).toEqual(['map-7: map-7 > new', 'map-8: map-8 > -', 'one-more: - > added']);
});

it("shows the operator's write immediately, and reports it once", async () => {
  const { cache, reflector, changes } = view('configmaps');
  await reflector.whenSynced;
  cache.observe(await write('own', '1'));
  expect(cache.get(`${namespace}/own`)).toBe('1');
  cache.observe(await rewrite('own', '2'));
  expect(cache.get(`${namespace}/own`)).toBe('2');
  await write('other', '1');
  await until('the watch has come after it', () => cache.get(`${namespace}/other`) === '1');
  expect(changes).toEqual(['own: - > 1', 'own: 1 > 2', 'other: - > 1']);
});

it('does not revive what it deleted itself', async () => {
  const { cache, reflector, changes } = view('configmaps');
  await reflector.whenSynced;
  const created = await write('own', '1');
  cache.observe(created);
  await remove('own');
  cache.forget(`${namespace}/own`, created.metadata?.uid ?? '');
  await write('other', '1');
  await until('the watch has come after it', () => cache.get(`${namespace}/other`) === '1');
  expect(changes).toEqual(['own: - > 1', 'own: 1 > -', 'other: - > 1']);
});

it('brings text of any kind as it is', async () => {
  const { cache, reflector } = view('configmaps');
  await reflector.whenSynced;
  const hostile = 'a\u2028b\u2029c\r\nd\u0000e\u001B[31m"\\{"type":"ERROR"}\n{"type":"DELETED"}';
  await write('hostile', hostile);
  await until('it is seen', () => cache.size === 1);
  expect(cache.get(`${namespace}/hostile`)).toBe(hostile);
});

it('keeps its place fresh by bookmarks while nothing happens in sight', async () => {
  const { cache, reflector, happened } = view('configmaps', { watchSeconds: 4, stallMarginMs: 30_000 });
  await reflector.whenSynced;
  const listed = cache.newest;
  await typed(admin).core.createNamespace({ body: { metadata: { name: 'watch-elsewhere' } } });
  const elsewhere = { namespace: 'watch-elsewhere', body: { metadata: { generateName: 'elsewhere-' } } };
  // More than one: kube-apiserver 1.35 sends no bookmark for what was written before the watch began.
  await until('a bookmark has come', async () => {
    await typed(admin).core.createNamespacedConfigMap(elsewhere);
    return isOlder(listed, cache.newest);
  });
  expect(cache.size).toBe(0);
  await until('watches have ended as agreed', () => happened.filter((event) => event === 'watchClosed').length >= 2);
  expect(new Set(happened)).toEqual(new Set(['listed', 'watchClosed']));
});

it('goes on where it was after the line was cut', async () => {
  const { cache, reflector, changes, happened } = view('configmaps');
  await reflector.whenSynced;
  await write('a', '1');
  await until('a is seen', () => cache.size === 1);
  relay.cut();
  await rewrite('a', '2');
  await write('b', '1');
  await remove('b');
  await until('it has failed to come back', () => happened.filter((event) => event === 'watchFailed').length >= 2);
  relay.heal();
  await until('b has come and gone', () => changes.includes('b: 1 > -'));
  expect(changes).toEqual(['a: - > 1', 'a: 1 > 2', 'b: - > 1', 'b: 1 > -']);
  expect(happened.filter((event) => event === 'listed')).toHaveLength(1);
});

it('leaves a half-open connection behind', async () => {
  const { cache, reflector, happened } = view('configmaps', { watchSeconds: 3, stallMarginMs: 1_000 });
  await reflector.whenSynced;
  await write('a', '1');
  await until('a is seen', () => cache.size === 1);
  relay.freeze();
  await rewrite('a', '2');
  await until('the change is seen', () => cache.get(`${namespace}/a`) === '2');
  expect(happened).toContain('watchStalled');
});

describe('after a compaction of etcd', () => {
  it('lists again and misses neither a delete nor a recreation', async () => {
    // Events: the one built-in type that kube-apiserver serves without a cache of its own, so that etcd's 410 shows.
    const { cache, reflector, changes, happened } = view('events', { backoff: { baseMs: 100, capMs: 500 } });
    await reflector.whenSynced;
    for (const name of ['stays', 'goes', 'comes-back']) {
      await writeEvent(name, '1');
    }
    await until('all are seen', () => cache.size === 3);
    relay.cut();
    await typed(admin).core.deleteNamespacedEvent({ namespace, name: 'goes' });
    await typed(admin).core.deleteNamespacedEvent({ namespace, name: 'comes-back' });
    await writeEvent('comes-back', '2');
    await compact(await currentVersion());
    relay.heal();
    await until('the new one is seen', () => cache.get(`${namespace}/comes-back`) === '2');
    expect([...cache.keys()].toSorted()).toEqual([`${namespace}/comes-back`, `${namespace}/stays`]);
    expect(changes).toContain('goes: 1 > -');
    expect(changes.filter((change) => change.startsWith('comes-back'))).toEqual([
      'comes-back: - > 1',
      'comes-back: 1 > -',
      'comes-back: - > 2',
    ]);
    expect(happened).toContain('watchExpired');
  });
});

function writeEvent(name: string, message: string) {
  const involvedObject = { kind: 'ConfigMap', namespace, name: 'any' };
  return typed(admin).core.createNamespacedEvent({ namespace, body: { metadata: { name }, involvedObject, message } });
}

/** A version after all writes so far: every resource type of this cluster is in the one etcd. */
async function currentVersion(): Promise<string> {
  const { metadata } = await typed(admin).core.listNamespacedEvent({ namespace });
  return metadata?.resourceVersion ?? '';
}

/**
 * What etcd does every five minutes on behalf of the API server, now, through its JSON gateway. Other files share this API
 * server: what cannot live with a compaction there would fail in any cluster.
 */
async function compact(revision: string): Promise<void> {
  const answer = await fetch(`${await etcdUrl()}/v3/kv/compaction`, {
    method: 'POST',
    body: JSON.stringify({ revision, physical: true }),
  });
  expect(answer.status).toBe(200);
}

/** The cluster's interface does not name its etcd, which nothing but this test speaks to: its command line does. */
async function etcdUrl(): Promise<string> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const url = /--listen-client-urls=([^\0]+)/.exec(command)?.[1];
    if (url !== undefined && command.includes(cluster.folder)) {
      return url;
    }
  }
  throw new Error('the light cluster has no etcd');
}
