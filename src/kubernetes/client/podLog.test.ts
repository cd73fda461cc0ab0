import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { type LogEnd, type LogPlace, readLog, startOfLog } from './podLog.ts';

/** The API server's log endpoint answers each request with the next of these. */
type Reply = (request: IncomingMessage, response: ServerResponse) => void;

let server: StandIn;
let replies: Reply[];
let queries: URLSearchParams[];

beforeEach(async () => {
  [replies, queries] = [[], []];
  server = await startStandIn((request, response) => {
    queries.push(new URL(request.url ?? '', 'http://x').searchParams);
    replies.shift()?.(request, response);
  });
});

afterEach(() => server.stop());

async function read(place: LogPlace = startOfLog()): Promise<{ readonly end: LogEnd; readonly lines: string[] }> {
  const lines: string[] = [];
  const end = await readLog(server.connection, {
    source: { namespace: 'team', pod: 'p', container: 'build' },
    mode: 'follow',
    place,
    signal: AbortSignal.timeout(40_000),
    onLine: ({ text }) => lines.push(text),
  });
  return { end, lines };
}

const at = (seconds: string, text: string) => `2026-11-25T20:00:${seconds}Z ${text}\n`;

const whole =
  (body: string): Reply =>
  (_request, response) =>
    response.end(body);

/** Sends this much, then drops the connection. */
const cut =
  (body: string): Reply =>
  (_request, response) => {
    response.write(body);
    setImmediate(() => response.destroy());
  };

const status =
  (code: number, message: string): Reply =>
  (_request, response) => {
    response.statusCode = code;
    response.end(JSON.stringify({ kind: 'Status', code, message }));
  };

describe('readLog', () => {
  it('returns the lines without their times, empty ones too', async () => {
    replies.push(whole(at('00', 'one') + at('01', '') + at('02', 'three three')));
    expect(await read()).toEqual({ end: { is: 'ended' }, lines: ['one', '', 'three three'] });
    expect(queries[0]?.get('container')).toBe('build');
  });

  it('continues after a lost connection where it was, although the server counts in whole seconds', async () => {
    const place = startOfLog();
    // Times as Go writes them: no trailing zeros. .5 is later than .123456789; two lines share one time.
    const first = at('00.123456789', 'a') + at('00.5', 'b') + at('00.5', 'c');
    replies.push(cut(`${first}2026-11-25T20:00:00.6Z half a li`));
    replies.push(whole(first + at('00.5', 'd') + at('00.6', 'half a line') + at('01', 'e')));
    expect(await read(place)).toMatchObject({ end: { is: 'lost' }, lines: ['a', 'b', 'c'] });
    expect(await read(place)).toEqual({ end: { is: 'ended' }, lines: ['d', 'half a line', 'e'] });
    expect(queries[1]?.get('sinceTime')).toBe('2026-11-25T20:00:00.5Z');
  });

  it.each([
    [400, 'container "build" in pod "p" is waiting to start: PodInitializing', 'notStarted'],
    [403, 'pods "p" is forbidden', 'refused'],
    [404, 'pods "p" not found', 'gone'],
    [500, 'dial tcp 10.0.0.1:10250: connect: connection refused', 'lost'],
  ])('reports status %i %j', async (code, message, is) => {
    replies.push(status(code, message));
    const { end } = await read();
    expect(end.is).toBe(is);
    expect('message' in end ? end.message : message).toContain(message);
  });

  it('ends when aborted', async () => {
    replies.push((_request, response) => response.write(at('00', 'one')));
    const stopping = new AbortController();
    const end = await readLog(server.connection, {
      source: { namespace: 'team', pod: 'p', container: 'build' },
      mode: 'follow',
      place: startOfLog(),
      signal: stopping.signal,
      onLine: () => stopping.abort(),
    });
    expect(end).toEqual({ is: 'stopped' });
  });
});
