import { expect, it } from 'vitest';
import { type Exchange, observed } from './observed.ts';
import type { Fetch } from './transport.ts';

const request = { method: 'HEAD', headers: {}, redirect: 'manual', signal: AbortSignal.timeout(60_000) } as const;

function answering(status: number): Fetch {
  return () => Promise.resolve({ status, headers: { get: () => null }, body: null });
}

it.each([
  [200, 'ok'],
  [202, 'ok'],
  [307, 'redirected'],
  [400, 'refused'],
  [401, 'unauthorized'],
  [403, 'unauthorized'],
  [404, 'notFound'],
  [429, 'rateLimited'],
  [500, 'unavailable'],
  [999, 'unavailable'],
])('reports the status %i as %s', async (status, result) => {
  const seen: Exchange[] = [];
  const fetch = observed(answering(status), (exchange) => void seen.push(exchange));
  await expect(fetch(new URL('https://ghcr.io:8443/v2/'), request)).resolves.toMatchObject({ status });
  expect(seen).toEqual([{ host: 'ghcr.io:8443', verb: 'HEAD', result }]);
});

it('reports an exchange without an answer, and hands its error on', async () => {
  const seen: Exchange[] = [];
  const fetch = observed(
    () => Promise.reject(new TypeError('fetch failed')),
    (exchange) => void seen.push(exchange),
  );
  await expect(fetch(new URL('https://ghcr.io/v2/'), request)).rejects.toThrow('fetch failed');
  expect(seen).toEqual([{ host: 'ghcr.io', verb: 'HEAD', result: 'unreachable' }]);
});
