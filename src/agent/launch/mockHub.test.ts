import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { askHub, hubAnswers } from '../../../test/support/recorded/hubAnswers.ts';
import { startMockHub } from './mockHub.ts';

const noHub = { port: 0, version: '5.3.0', userToken: 'secret', serverToken: 'probe' } as const;

describe('startMockHub', () => {
  it.each(hubAnswers())('answers as a Hub $hub: $as $method $path $body', async (row) => {
    const hub = await startMockHub({ ...noHub, version: row.hub, heard: () => undefined });
    const tokens = { server: 'probe', user: 'secret' };
    const answer = await askHub(`http://127.0.0.1:${hub.port}`, row, tokens);
    // The server's token opens nothing here, and the Hub's own pages differ in what they look like.
    expect(answer).toMatchObject({ status: row.status, location: row.location, answer: withoutAccess(row.answer) });
    await hub.close();
  });

  it.each([
    [['version'], '/hub/api', { 'User-Agent': 'Tornado/6.4' }],
    [[], '/hub/api', { 'User-Agent': 'curl/8' }],
    [['user'], '/hub/api/user', { Authorization: 'token secret' }],
    [[], '/hub/api/user', { Authorization: 'token probe' }],
    [[], '/hub/api/user', {}],
    [['user'], '/hub/api/authorizations/token/secret', { Authorization: 'token probe' }],
    [[], '/hub/api/authorizations/token/probe', { Authorization: 'token probe' }],
  ])('hears %j of a request for %s with %j', async (calls, path, headers) => {
    const heard: string[] = [];
    const hub = await startMockHub({ ...noHub, heard: (call) => void heard.push(call) });
    const answer = await fetch(`http://127.0.0.1:${hub.port}${path}`, { headers });
    expect(answer.headers.get('X-JupyterHub-Version')).toBe('5.3.0');
    expect(heard).toEqual(calls);
    await hub.close();
  });

  it("lets only the user's token open the server", async () => {
    const hub = await startMockHub({ ...noHub, heard: () => undefined });
    const scopesOf = async (token: string) => {
      const headers = { Authorization: `token ${token}` };
      return z
        .object({ scopes: z.array(z.string()) })
        .parse(await (await fetch(`http://127.0.0.1:${hub.port}/hub/api/user`, { headers })).json()).scopes;
    };
    expect(await scopesOf('secret')).toContain('access:servers!server=probe/');
    expect((await scopesOf('probe')).filter((scope) => scope.startsWith('access:'))).toEqual([]);
    await hub.close();
  });
});

/** The recorded answer without the scope and the marks that the stand-in leaves out. */
function withoutAccess(answer: unknown): unknown {
  if (answer === null || typeof answer !== 'object') {
    return answer;
  }
  const kept = Object.entries(answer).filter(([key]) => key !== 'token_id');
  return Object.fromEntries(
    kept.map(([key, value]) =>
      key === 'scopes' && Array.isArray(value)
        ? [key, value.filter((scope) => !String(scope).startsWith('access:'))]
        : [key, value],
    ),
  );
}
