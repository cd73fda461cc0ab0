import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedApiServer } from '../../../test/support/apiserver/apiserver.ts';
import { ManualClock, settle } from '../../../test/support/apiserver/time.ts';
import { until } from '../../../tools/eventually.ts';
import { isObject, type JsonObject } from '../object.ts';
import type { Connection } from './connection.ts';
import { type EventNote, EventWriter } from './events.ts';

let server: ScriptedApiServer;
let connection: Connection;
let clock: ManualClock;
let writer: EventWriter;
let dropped: number;

beforeEach(async () => {
  server = await ScriptedApiServer.start();
  clock = new ManualClock(Date.parse('2026-11-24T00:00:00Z'));
  connect();
});

afterEach(async () => {
  await connection.close();
  await server.stop();
});

/** Makes a writer; a request is given up after `timeoutMs`. */
function connect(timeoutMs = 30_000): void {
  connection = server.connect({ timeoutMs });
  dropped = 0;
  writer = new EventWriter({
    connection,
    reportingController: 'example.dev/operator',
    reportingInstance: 'operator-0',
    clock,
    log: () => undefined,
    dropped: () => {
      dropped += 1;
    },
  });
}

const built: EventNote = {
  regarding: { apiVersion: 'example.dev/v1', kind: 'Thing', namespace: 'team', name: 'one', uid: 'u1' },
  type: 'Normal',
  reason: 'BuildSucceeded',
  action: 'Building',
  note: 'built in 3 s',
};

function sent(): readonly JsonObject[] {
  return server.requests.map(({ body }) => (isObject(body) ? body : {}));
}

/** vitest types its matchers as any. */
function textLike(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** Waits for this many requests; pauses between them are skipped. */
function requests(count: number): Promise<void> {
  return until(
    `${count} requests`,
    () => server.requests.length >= count,
    () => clock.advance(50),
  );
}

describe('EventWriter', () => {
  it('writes an Event about an object', async () => {
    writer.write(built);
    await requests(1);
    expect(server.requests[0]?.path).toBe('/apis/events.k8s.io/v1/namespaces/team/events');
    const { metadata, ...event } = sent()[0] ?? {};
    expect(metadata).toMatchObject({ namespace: 'team', name: textLike(/^one\.[0-9a-f]+$/) });
    expect(event).toMatchObject({
      eventTime: '2026-11-24T00:00:00.000000Z',
      reportingController: 'example.dev/operator',
      reportingInstance: 'operator-0',
      type: 'Normal',
      reason: 'BuildSucceeded',
      action: 'Building',
      note: 'built in 3 s',
      regarding: { kind: 'Thing', name: 'one', uid: 'u1' },
    });
  });

  it('counts repetitions on the same Event, and writes the count now and then', async () => {
    for (let repetition = 0; repetition < 50; repetition += 1) {
      writer.write(built);
    }
    await requests(1);
    clock.advance(30_000);
    await requests(2);
    expect(server.requests.map(({ kind }) => kind)).toEqual(['create', 'patch']);
    expect(server.requests[1]?.headers['content-type']).toBe('application/merge-patch+json');
    expect(sent()[1]).toEqual({ series: { count: 50, lastObservedTime: textLike(/000Z$/) } });
    const name = server.store.at(server.store.version)[0]?.metadata.name;
    expect(server.requests[1]?.path).toBe(`/apis/events.k8s.io/v1/namespaces/team/events/${name}`);
  });

  it('starts a new Event for a much later repetition', async () => {
    writer.write(built);
    await requests(1);
    clock.advance(6 * 60_000);
    writer.write(built);
    await requests(2);
    expect(server.requests.map(({ kind }) => kind)).toEqual(['create', 'create']);
  });

  it("respects the API server's bounds, in bytes and without control characters", async () => {
    writer.write({
      ...built,
      regarding: { ...built.regarding, name: `${'n'.repeat(219)}.${'n'.repeat(33)}` },
      reason: 'R'.repeat(200),
      action: 'A'.repeat(200),
      note: `\u001B[31m\n${'ü'.repeat(1_000)}`,
    });
    await requests(1);
    const [event = {}] = sent();
    expect(event['reason']).toHaveLength(128);
    expect(event['action']).toHaveLength(128);
    const note = String(event['note']);
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_024);
    expect(note).toMatch(/^ \[31m ü+$/);
    const name = server.store.at(server.store.version)[0]?.metadata.name ?? '';
    expect(name.length).toBeLessThanOrEqual(253);
    expect(name).toMatch(/^n+\.[0-9a-f]+$/);
  });

  it('does not let one object flood the others', async () => {
    for (let number = 0; number < 100; number += 1) {
      writer.write({ ...built, note: `attempt ${number}` });
    }
    writer.write({ ...built, regarding: { ...built.regarding, name: 'two', uid: 'u2' } });
    await requests(26);
    await settle();
    expect(server.requests).toHaveLength(26);
    expect(dropped).toBe(75);
    expect(sent().at(-1)).toMatchObject({ regarding: { name: 'two' } });
  });

  it('limits its rate', async () => {
    for (let number = 0; number < 5; number += 1) {
      writer.write({ ...built, note: `attempt ${number}` });
    }
    await until('the first is sent and the pause has begun', () => clock.timers.length === 1);
    await settle();
    expect(server.requests).toHaveLength(1);
    clock.advance(49);
    await settle();
    expect(server.requests).toHaveLength(1);
    clock.advance(1);
    await until('the second is sent', () => server.requests.length === 2);
  });

  it.each([
    { fault: { is: 'status', code: 403 } as const },
    { fault: { is: 'status', code: 500 } as const },
    { fault: { is: 'reset' } as const },
    { fault: { is: 'hang' } as const },
  ])('goes on with the next after $fault', async ({ fault }) => {
    if (fault.is === 'hang') {
      await connection.close();
      // The next one must succeed within it.
      connect(2_000);
    }
    server.fail('create', fault);
    writer.write(built);
    writer.write({ ...built, note: 'next' });
    await requests(2);
    expect(sent()[1]).toMatchObject({ note: 'next' });
    expect(dropped).toBe(1);
  });

  it('on flush sends queued Events and counts, without pauses', async () => {
    for (let number = 0; number < 5; number += 1) {
      writer.write({ ...built, note: `attempt ${number}` });
      writer.write({ ...built, note: `attempt ${number}` });
    }
    await writer.flush(5_000);
    expect(server.count('create')).toBe(5);
    expect(server.count('patch')).toBe(5);
  });

  it('on flush gives up at the deadline', async () => {
    server.fail('create', { is: 'hang' });
    writer.write(built);
    const flushed = writer.flush(100);
    await until(
      'it is over',
      () => clock.timers.length === 0,
      () => clock.advance(100),
    );
    await flushed;
    expect(server.requests.length).toBeLessThanOrEqual(1);
  });
});
