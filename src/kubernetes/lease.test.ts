import { V1MicroTime } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedApiServer } from '../../test/support/apiserver/apiserver.ts';
import { ManualClock, settle } from '../../test/support/apiserver/time.ts';
import { until } from '../../tools/eventually.ts';
import type { Connection } from './client/connection.ts';
import { systemClock } from './clock.ts';
import { LeaderElection } from './lease.ts';
import { isObject, type JsonObject } from './object.ts';

let server: ScriptedApiServer;
let connection: Connection;
let events: string[];
let candidates: LeaderElection[];

beforeEach(async () => {
  server = await ScriptedApiServer.start();
  connection = server.connect();
  events = [];
  candidates = [];
});

afterEach(async () => {
  await connection.close();
  await server.stop();
  await Promise.all(candidates.map((candidate) => candidate.release()));
});

function candidate(identity: string, clock: ManualClock): LeaderElection {
  const election = new LeaderElection({
    connection,
    namespace: 'team',
    name: 'operator',
    identity,
    clock,
    random: () => 0,
    log: () => undefined,
    onAcquired: () => {
      events.push(`${identity} leads`);
    },
    onLost: (reason) => {
      events.push(`${identity} lost: ${reason}`);
    },
  });
  candidates.push(election);
  return election;
}

function spec(): JsonObject {
  const lease = server.store.get('operator')?.['spec'];
  return isObject(lease) ? lease : {};
}

/** Waits, and advances the clock while all candidates pause, but never while one waits for an answer. */
function eventually(what: string, condition: () => boolean, clock: ManualClock, meanwhile: () => void): Promise<void> {
  return until(what, condition, () => {
    if (clock.timers.length > 0) {
      meanwhile();
    }
  });
}

/** The Lease as another process wrote it, by that process's clock. */
function heldBy(holderIdentity: string, wallClock: number): void {
  const renewTime = new V1MicroTime(wallClock).toISOString();
  const lease = { holderIdentity, leaseDurationSeconds: 15, acquireTime: renewTime, renewTime, leaseTransitions: 3 };
  server.put('operator', { spec: lease });
}

describe('LeaderElection', () => {
  it('creates the Lease, with times in the form that the API server wants', async () => {
    const clock = new ManualClock(Date.parse('2026-11-24T01:02:03.004Z'));
    const first = candidate('first', clock);
    first.start();
    await until('it leads', () => first.leading);
    expect(spec()).toEqual({
      holderIdentity: 'first',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-24T01:02:03.004000Z',
      renewTime: '2026-11-24T01:02:03.004000Z',
      leaseTransitions: 0,
    });
    expect(events).toEqual(['first leads']);
  });

  it('renews with one request, and keeps when it was acquired', async () => {
    const clock = new ManualClock(Date.parse('2026-11-24T00:00:00Z'));
    const first = candidate('first', clock);
    first.start();
    await until('it leads', () => first.leading && clock.timers.length === 2);
    const before = server.requests.length;
    clock.advance(2_000);
    await until('it has renewed', () => spec()['renewTime'] === '2026-11-24T00:00:02.000000Z');
    expect(spec()['acquireTime']).toBe('2026-11-24T00:00:00.000000Z');
    expect(server.requests.slice(before).map(({ kind }) => kind)).toEqual(['replace']);
  });

  it('lets only one of two lead', async () => {
    const clock = new ManualClock();
    const both = [candidate('first', clock), candidate('second', clock)];
    for (const one of both) {
      one.start();
    }
    // Two pauses, and the leader's deadline.
    const bothPause = () => clock.timers.length === 3;
    await until('both pause', bothPause);
    for (let second = 0; second < 60; second += 1) {
      clock.advance(1_000);
      await until('both pause', bothPause);
    }
    expect(both.filter(({ leading }) => leading)).toHaveLength(1);
    expect(events).toHaveLength(1);
  });

  it.each([
    { skew: 'ten minutes behind', wallClock: -600_000 },
    { skew: 'ten minutes ahead', wallClock: 600_000 },
  ])('waits the whole duration for a holder whose clock is $skew, and not longer', async ({ wallClock }) => {
    const clock = new ManualClock();
    heldBy('other', clock.now() + wallClock);
    const second = candidate('second', clock);
    second.start();
    await until('it has seen the holder', () => second.holder === 'other' && clock.timers.length === 1);
    const started = clock.elapsed();
    await eventually(
      'it leads',
      () => second.leading,
      clock,
      () => clock.advance(100),
    );
    expect(clock.elapsed() - started).toBeGreaterThanOrEqual(14_900);
    expect(clock.elapsed() - started).toBeLessThanOrEqual(25_000);
    expect(spec()).toMatchObject({ holderIdentity: 'second', leaseTransitions: 4 });
  });

  it('keeps waiting while the holder renews, but not for a user who only labels the Lease', async () => {
    const clock = new ManualClock();
    heldBy('other', clock.now());
    const second = candidate('second', clock);
    second.start();
    await until('it has seen the holder', () => second.holder === 'other' && clock.timers.length === 1);
    for (let renewal = 0; renewal < 5; renewal += 1) {
      clock.advance(10_000);
      heldBy('other', clock.now());
      const looks = server.count('get');
      clock.advance(1_000);
      await until('it has looked', () => server.count('get') > looks && clock.timers.length === 1);
    }
    expect(second.leading).toBe(false);
    await eventually(
      'it leads',
      () => second.leading,
      clock,
      () => {
        clock.advance(1_000);
        server.put('operator', { spec: { ...spec() }, labels: String(clock.elapsed()) });
      },
    );
    expect(events).toEqual(['second leads']);
  });

  it('loses when another process takes the Lease', async () => {
    const clock = new ManualClock();
    const first = candidate('first', clock);
    first.start();
    await until('it leads', () => first.leading && clock.timers.length === 2);
    heldBy('other', clock.now());
    clock.advance(2_000);
    await until('it has noticed', () => events.length === 2);
    expect(events[1]).toBe('first lost: the Lease was taken by other');
    expect(first.leading).toBe(false);
  });

  it('keeps leading when a renewal was answered with a lost connection, whether it took effect or not', async () => {
    const clock = new ManualClock();
    const first = candidate('first', clock);
    first.start();
    await until('it leads', () => first.leading && clock.timers.length === 2);
    server.fail('replace', { is: 'reset' }, { is: 'resetAfterwards' }, { is: 'status', code: 500 });
    for (let renewal = 1; renewal <= 4; renewal += 1) {
      clock.advance(2_000);
      await until('it has tried', () => server.count('replace') >= renewal && clock.timers.length === 2);
    }
    expect(first.leading).toBe(true);
    expect(events).toEqual(['first leads']);
  });

  it('loses when it cannot renew until the deadline, which is before others may take over', async () => {
    const clock = new ManualClock();
    const first = candidate('first', clock);
    first.start();
    await until('it leads', () => first.leading && clock.timers.length === 2);
    await server.stop();
    const started = clock.elapsed();
    await until(
      'it has given up',
      () => events.length === 2,
      () => clock.advance(100),
    );
    expect(clock.elapsed() - started).toBeLessThanOrEqual(10_100);
    expect(events[1]).toBe('first lost: the Lease was not renewed in time');
  });

  it('does not consider itself the leader after a pause longer than the Lease', async () => {
    const clock = new ManualClock();
    const first = candidate('first', clock);
    first.start();
    await until('it leads', () => first.leading && clock.timers.length === 2);
    clock.freeze(20_000);
    expect(first.leading).toBe(false);
    clock.advance(0);
    await settle();
    expect(events[1]).toBe('first lost: the Lease was not renewed in time');
  });

  it('is not renewed while the event loop hangs, and does not lead when it goes on', async () => {
    const election = new LeaderElection({
      connection,
      namespace: 'team',
      name: 'operator',
      identity: 'first',
      clock: systemClock,
      random: () => 0,
      log: () => undefined,
      onAcquired: () => undefined,
      onLost: (reason) => {
        events.push(reason);
      },
      renewMs: 20,
      renewDeadlineMs: 2_000,
      durationMs: 2_100,
    });
    candidates.push(election);
    election.start();
    await until('it renews', () => election.leading && server.count('replace') >= 2);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_200);
    const renewed = server.count('replace');
    expect(election.leading).toBe(false);
    await until('it is lost', () => events.length > 0);
    expect(events).toEqual(['the Lease was not renewed in time']);
    // At most the answer to a renewal that was sent before.
    expect(server.count('replace')).toBeLessThanOrEqual(renewed + 1);
    expect(election.leading).toBe(false);
  });

  it('releases the Lease, so that the next candidate leads at its next read', async () => {
    const clock = new ManualClock();
    const first = candidate('first', clock);
    first.start();
    await until('the first leads', () => first.leading);
    const second = candidate('second', clock);
    second.start();
    await until('the second waits', () => second.holder === 'first');
    await first.release();
    expect(first.leading).toBe(false);
    expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
    const released = clock.elapsed();
    await eventually(
      'the second leads',
      () => second.leading,
      clock,
      () => clock.advance(100),
    );
    expect(clock.elapsed() - released).toBeLessThan(2_000);
    expect(events).toEqual(['first leads', 'second leads']);
  });

  it('does not touch the Lease when it ends without having led', async () => {
    const clock = new ManualClock();
    heldBy('other', clock.now());
    const second = candidate('second', clock);
    second.start();
    await until('it has seen the holder', () => second.holder === 'other');
    await second.release();
    expect(server.count('replace')).toBe(0);
    expect(spec()).toMatchObject({ holderIdentity: 'other' });
  });

  it('refuses times that cannot work', () => {
    const options = { durationMs: 10_000, renewDeadlineMs: 10_000 };
    const clock = new ManualClock();
    const make = () =>
      new LeaderElection({
        ...options,
        connection,
        namespace: 'team',
        name: 'operator',
        identity: 'first',
        clock,
        random: () => 0,
        log: () => undefined,
        onAcquired: () => undefined,
        onLost: () => undefined,
      });
    expect(make).toThrow(RangeError);
  });
});
