import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, ScriptedApiServer } from '../../../test/support/apiserver/apiserver.ts';
import { answerOf, failureOfStatus } from './answer.ts';
import type { Connection } from './connection.ts';
import { patchStatus } from './mergePatch.ts';

let server: ScriptedApiServer;
let connection: Connection;

beforeEach(async () => {
  server = await ScriptedApiServer.start();
  connection = server.connect();
});

afterEach(async () => {
  await connection.close();
  await server.stop();
});

const maps = '/api/v1/namespaces/team/configmaps';
const map = { metadata: { namespace: 'team', name: 'one' } };

function create() {
  return answerOf(() => connection.send({ method: 'POST', path: maps, body: map }));
}

describe('answerOf', () => {
  it("returns the server's answer", async () => {
    const answer = await create();
    expect(answer).toMatchObject({ is: 'ok', value: { metadata: { name: 'one', uid: 'uid-1' } } });
  });

  it('distinguishes a taken name from an old version', async () => {
    await create();
    expect(await create()).toEqual({ is: 'alreadyExists' });
    const body = { metadata: { ...map.metadata, resourceVersion: '1' } };
    const replaced = await answerOf(() => connection.send({ method: 'PUT', path: `${maps}/one`, body }));
    expect(replaced).toEqual({ is: 'conflict', message: 'scripted: Conflict' });
  });

  it('answers notFound for a missing object', async () => {
    const answer = await answerOf(() => connection.getJson(`${maps}/none`, {}));
    expect(answer).toEqual({ is: 'notFound' });
  });

  it.each<{ readonly fault: Fault; readonly answer: object }>([
    { fault: { is: 'status', code: 400 }, answer: { is: 'refused', code: 400, message: 'scripted: Scripted' } },
    { fault: { is: 'status', code: 401 }, answer: { is: 'refused', code: 401, message: 'scripted: Scripted' } },
    { fault: { is: 'status', code: 403 }, answer: { is: 'refused', code: 403, message: 'scripted: Scripted' } },
    { fault: { is: 'status', code: 422 }, answer: { is: 'refused', code: 422, message: 'scripted: Scripted' } },
    {
      fault: { is: 'status', code: 429, retryAfterSeconds: 5 },
      answer: { is: 'unavailable', message: 'scripted: Scripted', retryAfterMs: 5000 },
    },
    { fault: { is: 'status', code: 500 }, answer: { is: 'unavailable', message: 'scripted: Scripted' } },
    { fault: { is: 'status', code: 504 }, answer: { is: 'unavailable', message: 'scripted: Scripted' } },
  ])('answers $answer.is after $fault', async ({ fault, answer }) => {
    server.fail('create', fault);
    expect(await create()).toEqual(answer);
  });

  it('answers unavailable when the server does not respond in time', async () => {
    await connection.close();
    connection = server.connect({ timeoutMs: 200 });
    server.fail('create', { is: 'hang' });
    expect(await create()).toEqual({ is: 'unavailable', message: 'the API server did not respond in time' });
  });

  it.each<{ readonly fault: Fault; readonly says: string }>([
    { fault: { is: 'page' }, says: 'received a web page instead of an API response' },
    { fault: { is: 'reset' }, says: 'cannot reach the API server' },
    { fault: { is: 'resetAfterwards' }, says: 'cannot reach the API server' },
  ])('says "$says" after $fault.is', async ({ fault, says }) => {
    server.fail('create', fault);
    const answer = await create();
    expect(answer.is).toBe('unavailable');
    expect(JSON.stringify(answer)).toContain(says);
  });

  it('answers unavailable when no server listens', async () => {
    await server.stop();
    const answer = await create();
    expect(answer.is).toBe('unavailable');
    expect(JSON.stringify(answer)).toContain('ECONNREFUSED');
  });

  it('throws for a bug', async () => {
    const bug = answerOf(() => Promise.reject(new TypeError("Cannot read properties of undefined (reading 'x')")));
    await expect(bug).rejects.toThrow('Cannot read properties');
  });

  it.each([
    'ECONNRESET',
    'UND_ERR_SOCKET',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'HPE_INVALID_CONSTANT',
  ])('names the code of a lost connection: %s', async (code) => {
    const answer = await answerOf(() => Promise.reject(Object.assign(new Error('lost'), { code })));
    expect(answer).toEqual({ is: 'unavailable', message: `cannot reach the API server: ${code}` });
  });

  it.each(['ERR_INVALID_ARG_TYPE', 'UND_ERR_INVALID_ARG'])('throws for a misuse: %s', async (code) => {
    await expect(answerOf(() => Promise.reject(Object.assign(new Error('misuse'), { code })))).rejects.toThrow(
      'misuse',
    );
  });
});

describe('failureOfStatus', () => {
  it('keeps a message on one line, without control characters, and short', () => {
    const failure = failureOfStatus(403, { message: `no\n\u001B[31m${'x'.repeat(5_000)}` }, undefined);
    expect(failure).toEqual({ is: 'refused', code: 403, message: `no [31m${'x'.repeat(1_017)}` });
  });

  it.each(['not JSON', '{"message":7}', undefined, null, []])('falls back to the code for the body %j', (body) => {
    expect(failureOfStatus(503, body, undefined)).toEqual({ is: 'unavailable', message: 'HTTP status 503' });
  });
});

describe('patchStatus', () => {
  const target = { group: 'example.dev', version: 'v1', plural: 'things', namespace: 'team', name: 'one' };

  it('sends a merge patch with its target version', async () => {
    const { metadata } = server.put('one', { spec: { size: 1 } });
    const precondition = { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
    const answer = await patchStatus(connection, target, precondition, {
      status: { ready: true },
      fieldManager: 'tester',
    });
    expect(answer).toMatchObject({ is: 'ok', value: { spec: { size: 1 }, status: { ready: true } } });
    const sent = server.requests.at(-1);
    expect(sent?.path).toBe('/apis/example.dev/v1/namespaces/team/things/one/status');
    expect(sent?.headers['content-type']).toBe('application/merge-patch+json');
    expect(sent?.query.get('fieldManager')).toBe('tester');
    expect(sent?.body).toEqual({ metadata: precondition, status: { ready: true } });
  });

  it('answers conflict when another client wrote first', async () => {
    const { metadata } = server.put('one');
    server.put('one', { spec: { size: 2 } });
    const precondition = { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
    const patch = { status: { ready: true }, fieldManager: 'tester' };
    expect(await patchStatus(connection, target, precondition, patch)).toMatchObject({ is: 'conflict' });
  });
});
