import { afterEach, expect, it } from 'vitest';
import { type HealthServer, type HealthServerOptions, startHealthServer } from './health.ts';

const running: HealthServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: Partial<HealthServerOptions>): Promise<HealthServer> {
  const server = await startHealthServer({
    port: 0,
    host: '127.0.0.1',
    liveness: {},
    readiness: {},
    scrape: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
    ...options,
  });
  running.push(server);
  return server;
}

async function call(server: HealthServer, path: string, method = 'GET') {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

it('answers 503 with the name and the problem of each failing check, and recovers', async () => {
  let problem: string | undefined = 'no answer from the API server for 70 s';
  const server = await start({
    readiness: { cache: () => problem, lease: () => undefined, queue: () => problem },
  });
  expect(await call(server, '/readyz')).toMatchObject({
    status: 503,
    body: 'cache: no answer from the API server for 70 s\nqueue: no answer from the API server for 70 s\n',
  });
  expect(await call(server, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
  problem = undefined;
  expect(await call(server, '/readyz?verbose')).toMatchObject({ status: 200, body: 'ok\n' });
});

it("serves the metrics with Prometheus' content type", async () => {
  expect(await call(await start({}), '/metrics')).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4',
    body: 'up 1\n',
  });
});

it.each([
  ['GET', '/secrets', 404],
  ['POST', '/healthz', 405],
  ['HEAD', '/healthz', 200],
] as const)('answers %s %s with %d', async (method, path, status) => {
  expect(await call(await start({}), path, method)).toMatchObject({ status });
});

it('answers 500 and keeps running when a check or the scrape throws', async () => {
  const server = await start({
    liveness: {
      broken: () => {
        throw new Error('bug in a check');
      },
    },
    scrape: () => Promise.reject(new Error('bug in a metric')),
  });
  expect(await call(server, '/healthz')).toMatchObject({ status: 500, body: 'Error: bug in a check\n' });
  expect(await call(server, '/metrics')).toMatchObject({ status: 500 });
  expect(await call(server, '/readyz')).toMatchObject({ status: 200 });
});

it('sends the current response before it closes, and accepts no new request', async () => {
  let finishScrape: (() => void) | undefined;
  const { promise: scraping, resolve: scrapeStarted } = Promise.withResolvers<void>();
  const server = await start({
    scrape: () => {
      scrapeStarted();
      return new Promise((resolve) => {
        finishScrape = () => resolve({ contentType: 'text/plain', body: 'late\n' });
      });
    },
  });
  const answer = call(server, '/metrics');
  await scraping;
  const closed = running.pop()?.close();
  finishScrape?.();
  expect(await answer).toMatchObject({ status: 200, body: 'late\n' });
  await closed;
  await expect(call(server, '/healthz')).rejects.toThrow('fetch failed');
});

it('names the address in use', async () => {
  const { port } = await start({});
  await expect(start({ port })).rejects.toThrow(`127.0.0.1:${port}`);
});
