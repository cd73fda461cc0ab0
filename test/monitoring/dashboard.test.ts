import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { metricDefinitions } from '../../src/reconcile/report/metrics.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { prometheusPrograms } from '../../tools/cluster/artifacts/debian.ts';
import { freePorts } from '../../tools/cluster/free-ports.ts';
import { eventually } from '../../tools/eventually.ts';
import { panels } from '../../tools/monitoring/dashboard.ts';

/** Prometheus scrapes the operator's own registry of metrics, with a value of each, and answers what the panels ask. */
const root = join(import.meta.dirname, '..', '..');
const address = '127.0.0.1';
const metrics = createMetrics(metricDefinitions);
let prometheus: ChildProcess;
let operator: Server;
let folder: string;
let api: string;

/** Each metric with one value; counters and histograms grow with each scrape. */
function work(): void {
  metrics.replace('resources', [{ labels: { namespace: 'vision', ready: 'False', reason: 'RunFailed' }, value: 1 }]);
  metrics.replace('leader', [{ labels: {}, value: 1 }]);
  metrics.replace('oldestQueued', [{ labels: {}, value: 4 }]);
  metrics.replace('baseUpdatesWaiting', [{ labels: {}, value: 2 }]);
  metrics.replace('buildsQueued', [{ labels: {}, value: 3 }]);
  metrics.replace('launchesQueued', [{ labels: {}, value: 1 }]);
  metrics.replace('watchAge', [{ labels: { resource: 'pods' }, value: 7 }]);
  metrics.replace('publishedImages', [{ labels: { list: 'hub/imagespec-profiles', state: 'offered' }, value: 5 }]);
  metrics.increment('builds', { result: 'Succeeded', reason: 'BuildSucceeded' });
  metrics.increment('failures', { reason: 'NodeLost' });
  metrics.increment('verdicts', { reason: 'LaunchVerified' });
  metrics.increment('registryRequests', { host: 'quay.io', verb: 'GET', result: 'ok' });
  metrics.increment('apiRequests', { code: '200', method: 'GET', host: 'kubernetes' });
  metrics.observe('buildSeconds', { result: 'Succeeded' }, 70);
}

beforeAll(async () => {
  const programs = await prometheusPrograms();
  folder = await mkdtemp(join(tmpdir(), 'imagespec-prometheus-'));
  operator = createServer((_, response) => {
    work();
    void metrics.scrape().then(({ contentType, body }) => {
      response.writeHead(200, { 'content-type': contentType });
      response.end(body);
    });
  });
  const [port = 0, target = 0] = await freePorts(address, 2);
  operator.listen(target, address);
  await once(operator, 'listening');
  const job = { job_name: 'imagespec-operator', static_configs: [{ targets: [`${address}:${target}`] }] };
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }));
  api = `http://${address}:${port}`;
  prometheus = spawn(
    programs.path('prometheus'),
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}:${port}`,
      // Debian keeps the pages apart; they are not looked at.
      `--web.console.templates=${folder}`,
      `--web.console.libraries=${folder}`,
    ],
    { stdio: 'ignore' },
  );
}, 300_000);

afterAll(async () => {
  const ended = once(prometheus, 'exit');
  prometheus.kill();
  await ended;
  operator.close();
  operator.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

const answerShape = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z.object({ result: z.array(z.unknown()) }).optional(),
});

/** Series of the answer; a query that Prometheus refuses has its complaint. */
async function ask(expression: string): Promise<number | string> {
  const query = expression.replaceAll('$namespace', '.*');
  const response = await fetch(`${api}/api/v1/query?query=${encodeURIComponent(query)}`).catch(() => undefined);
  const { status, error, data } = answerShape.parse(
    response === undefined ? { status: 'success', data: { result: [] } } : await response.json(),
  );
  return status === 'success' ? (data?.result.length ?? 0) : (error ?? '');
}

describe.each(panels)('the panel "$title"', ({ queries }) => {
  it.each(queries)('has an answer: $expression', async ({ expression }) => {
    const answer = await eventually(expression, 60, async () => {
      const found = await ask(expression);
      return found === 0 ? undefined : found;
    });
    expect(answer).toBeTypeOf('number');
  });
});

it('would notice a query that Prometheus does not understand', async () => {
  expect(await ask('sum by (')).toContain('parse error');
});

it('is the dashboard that the chart and deploy/monitoring ship', async () => {
  const json = await readFile(join(root, 'charts', 'imagespec-operator', 'files', 'dashboard.json'), 'utf8');
  const shape = z.object({ panels: z.array(z.object({ title: z.string() })) });
  expect(shape.parse(JSON.parse(json)).panels.map(({ title }) => title)).toEqual(panels.map(({ title }) => title));
  expect(await readFile(join(root, 'deploy', 'monitoring', 'dashboard.yaml'), 'utf8')).toContain('grafana_dashboard');
});
