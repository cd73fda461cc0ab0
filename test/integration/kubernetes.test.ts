import { ApiextensionsV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerOf } from '../../src/kubernetes/client/answer.ts';
import type { Connection } from '../../src/kubernetes/client/connection.ts';
import { type EventNote, EventWriter } from '../../src/kubernetes/client/events.ts';
import { patchStatus } from '../../src/kubernetes/client/mergePatch.ts';
import { systemClock } from '../../src/kubernetes/clock.ts';
import { LeaderElection, type LeaderElectionOptions } from '../../src/kubernetes/lease.ts';
import { isObject } from '../../src/kubernetes/object.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { until } from '../../tools/eventually.ts';
import { Relay } from '../support/apiserver/relay.ts';
import { typed } from '../support/apiserver/typed.ts';
import { apiServer } from './place.ts';

let cluster: LightCluster;
let relay: Relay;
let connection: Connection;
let namespace: string;
let namespaces = 0;

beforeAll(async () => {
  ({ cluster } = await apiServer());
  relay = await Relay.start(cluster.kubeconfig);
  connection = relay.connect();
});

afterAll(() => relay.stop());

beforeEach(async () => {
  namespaces += 1;
  namespace = `client-${namespaces}`;
  await typed(connection).core.createNamespace({ body: { metadata: { name: namespace } } });
});

function createMap(name: string) {
  return answerOf(() => typed(connection).core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } }));
}

describe('answers of a real API server', () => {
  it('distinguish taken, absent, invalid and refused', async () => {
    expect(await createMap('one')).toMatchObject({ is: 'ok', value: { metadata: { name: 'one' } } });
    expect(await createMap('one')).toEqual({ is: 'alreadyExists' });
    const invalid = await createMap('Not A Name');
    expect(invalid).toMatchObject({ is: 'refused', code: 422 });
    expect(JSON.stringify(invalid)).toContain('RFC 1123');
    namespace = 'there-is-none';
    expect(await createMap('one')).toEqual({ is: 'notFound' });
  });

  it('are conflict for a delete that means another uid or version', async () => {
    const created = await typed(connection).core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'one' } },
    });
    const remove = (preconditions: { readonly uid?: string; readonly resourceVersion?: string }) =>
      answerOf(() =>
        typed(connection).core.deleteNamespacedConfigMap({ namespace, name: 'one', body: { preconditions } }),
      );
    expect(await remove({ uid: '00000000-0000-0000-0000-000000000000' })).toMatchObject({ is: 'conflict' });
    expect(await remove({ resourceVersion: '1' })).toMatchObject({ is: 'conflict' });
    expect(await remove({ uid: created.metadata?.uid ?? '' })).toMatchObject({ is: 'ok' });
    expect(await remove({})).toEqual({ is: 'notFound' });
  });

  it('come over few connections, each of them used again', async () => {
    const fresh = relay.connect();
    const before = relay.connections;
    for (let call = 0; call < 100; call += 1) {
      await fresh.getJson(`/api/v1/namespaces/${namespace}/configmaps`, {});
    }
    expect(relay.connections - before).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 8 }, () => fresh.getJson(`/api/v1/namespaces/${namespace}/configmaps`, {})));
    expect(relay.connections - before).toBeLessThanOrEqual(10);
  });
});

describe('patchStatus', () => {
  const target = { group: 'test.imagespec.dev', version: 'v1', plural: 'things', name: 'one' };

  beforeAll(async () => {
    const schema = { type: 'object', x_kubernetes_preserve_unknown_fields: true };
    await connection.config.makeApiClient(ApiextensionsV1Api).createCustomResourceDefinition({
      body: {
        metadata: { name: 'things.test.imagespec.dev' },
        spec: {
          group: target.group,
          scope: 'Namespaced',
          names: { plural: 'things', singular: 'thing', kind: 'Thing' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              subresources: { status: {} },
              schema: { openAPIV3Schema: schema },
            },
          ],
        },
      },
    });
    await until('the type is served', async () => {
      const path = '/apis/test.imagespec.dev/v1/things';
      return (await answerOf(() => connection.getJson(path, {}))).is === 'ok';
    });
  });

  async function createThing(): Promise<{ readonly uid: string; readonly resourceVersion: string }> {
    const body = { apiVersion: 'test.imagespec.dev/v1', kind: 'Thing', metadata: { name: 'one' }, spec: { size: 1 } };
    const created: unknown = await typed(connection).customObjects.createNamespacedCustomObject({
      ...target,
      namespace,
      body,
    });
    const metadata = isObject(created) && isObject(created['metadata']) ? created['metadata'] : {};
    return { uid: String(metadata['uid']), resourceVersion: String(metadata['resourceVersion']) };
  }

  function patch(precondition: { readonly uid: string; readonly resourceVersion: string }, status: object) {
    return patchStatus(connection, { ...target, namespace }, precondition, {
      status: { ...status },
      fieldManager: 'tester',
    });
  }

  it('merges, deletes by null, and leaves the spec alone', async () => {
    const first = await patch(await createThing(), { phase: 'a', list: [1, 2] });
    expect(first).toMatchObject({ is: 'ok', value: { spec: { size: 1 }, status: { phase: 'a', list: [1, 2] } } });
    const value = first.is === 'ok' && isObject(first.value) && isObject(first.value['metadata']) ? first.value : {};
    const metadata = isObject(value['metadata']) ? value['metadata'] : {};
    const precondition = { uid: String(metadata['uid']), resourceVersion: String(metadata['resourceVersion']) };
    const second = await patch(precondition, { phase: null, list: [3] });
    expect(second.is === 'ok' && isObject(second.value) ? second.value['status'] : undefined).toEqual({ list: [3] });
    expect(JSON.stringify(metadata['managedFields'])).toContain('"manager":"tester"');
  });

  it('is a conflict for an old version and for an object that has taken the place of the one meant', async () => {
    const meant = await createThing();
    expect(await patch(meant, { phase: 'a' })).toMatchObject({ is: 'ok' });
    expect(await patch(meant, { phase: 'b' })).toMatchObject({ is: 'conflict' });
    await typed(connection).customObjects.deleteNamespacedCustomObject({ ...target, namespace });
    expect(await patch(meant, { phase: 'c' })).toEqual({ is: 'notFound' });
    await createThing();
    expect(await patch(meant, { phase: 'd' })).toMatchObject({ is: 'conflict' });
  });
});

describe('EventWriter', () => {
  it('writes Events that the API server takes, and their repetitions as a series', async () => {
    let dropped = 0;
    const writer = new EventWriter({
      connection,
      reportingController: 'test.imagespec.dev/operator',
      reportingInstance: 'operator-0',
      clock: systemClock,
      log: () => undefined,
      dropped: () => {
        dropped += 1;
      },
    });
    const map = await typed(connection).core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'one' } },
    });
    const regarding = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'one', uid: map.metadata?.uid ?? '' };
    const long: EventNote = {
      regarding,
      type: 'Warning',
      reason: 'R'.repeat(300),
      action: 'A'.repeat(300),
      note: 'ü'.repeat(3_000),
    };
    writer.write(long);
    writer.write({ ...long, reason: 'Repeated', note: 'again' });
    writer.write({ ...long, reason: 'Repeated', note: 'again' });
    writer.write({ ...long, reason: 'Repeated', note: 'again' });
    await writer.flush(20_000);
    expect(dropped).toBe(0);
    const { items } = await typed(connection).events.listNamespacedEvent({ namespace });
    expect(items.map(({ reason, series }) => `${reason} ${series?.count ?? 1}`).toSorted()).toEqual([
      `${'R'.repeat(128)} 1`,
      'Repeated 3',
    ]);
  });
});

describe('LeaderElection', () => {
  const calls: string[] = [];

  function candidate(identity: string, options: Partial<LeaderElectionOptions> = {}): LeaderElection {
    const election = new LeaderElection({
      connection: relay.connect({ timeoutMs: 3_000 }),
      namespace,
      name: 'operator',
      identity,
      clock: systemClock,
      random: Math.random,
      log: () => undefined,
      onAcquired: () => calls.push(`${identity} leads`),
      onLost: (reason) => calls.push(`${identity} lost: ${reason}`),
      ...options,
    });
    election.start();
    return election;
  }

  beforeEach(() => {
    calls.length = 0;
  });

  it('hands over on release long before the Lease ends', async () => {
    // A Lease that outlasts the test's patience: only giving it back lets the second one lead.
    const first = candidate('first', { durationMs: 600_000 });
    await until('the first leads', () => first.leading);
    const second = candidate('second', { durationMs: 600_000 });
    await until('the second waits', () => second.holder === 'first');
    await first.release();
    await until('the second leads', () => second.leading);
    expect(calls).toEqual(['first leads', 'second leads']);
    const lease = await typed(connection).coordination.readNamespacedLease({ namespace, name: 'operator' });
    expect(lease.spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
    await second.release();
  });

  it('renews, and keeps a label that a user set on the Lease', async () => {
    const first = candidate('first', { renewMs: 100 });
    await until('it leads', () => first.leading);
    const read = () => typed(connection).coordination.readNamespacedLease({ namespace, name: 'operator' });
    const body = { metadata: { labels: { mine: 'yes' } } };
    await typed(connection).coordination.patchNamespacedLease(
      { namespace, name: 'operator', body },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    const labelled = (await read()).metadata?.resourceVersion;
    await until('it has renewed after that', async () => (await read()).metadata?.resourceVersion !== labelled);
    expect((await read()).metadata?.labels).toEqual({ mine: 'yes' });
    expect(calls).toEqual(['first leads']);
    await first.release();
  });

  it('passes on without a release when the Lease has run out', async () => {
    const theirs = await Relay.start(cluster.kubeconfig);
    // The Lease is the first one's: how long it lasts, the second reads in it.
    const first = candidate('first', {
      connection: theirs.connect({ timeoutMs: 3_000 }),
      durationMs: 5_000,
      renewDeadlineMs: 4_000,
      renewMs: 200,
    });
    await until('the first leads', () => first.leading);
    const second = candidate('second', { candidateMs: 200 });
    await until('the second waits', () => second.holder === 'first');
    theirs.cut();
    await until('the second leads', () => second.leading);
    expect(calls).toEqual(['first leads', 'first lost: the Lease was not renewed in time', 'second leads']);
    await second.release();
    await theirs.stop();
  });

  it('lets exactly one of many lead', async () => {
    const all = Array.from({ length: 8 }, (_, number) => candidate(`candidate-${number}`));
    await until('one leads', () => all.some(({ leading }) => leading));
    await until('all know who', () => all.every(({ holder }) => holder !== ''));
    expect(new Set(all.map(({ holder }) => holder)).size).toBe(1);
    expect(calls).toHaveLength(1);
    await Promise.all(all.map((one) => one.release()));
  });
});
