import { beforeEach, expect, it } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { createMetrics, type Metrics } from '../../telemetry/metrics.ts';
import {
  apiMetrics,
  costMetricDefinitions,
  lookupMetrics,
  mostHosts,
  queueMetrics,
  registryMetrics,
  stepMetrics,
} from './costMetrics.ts';

let metrics: Metrics<typeof costMetricDefinitions>;

beforeEach(() => {
  metrics = createMetrics(costMetricDefinitions);
});

/** The samples of a metric, without the buckets of a histogram. */
async function samplesOf(name: string): Promise<readonly string[]> {
  const { body } = await metrics.scrape();
  return body.split('\n').filter((line) => line.startsWith(name) && !line.startsWith(`${name}_bucket`));
}

it('reports the work queue by the names of client-go', async () => {
  const queue = queueMetrics(metrics);
  queue.added();
  queue.added();
  queue.depth(2);
  queue.waited(1500);
  queue.worked(250);
  queue.retried();
  expect(await samplesOf('workqueue_adds_total')).toEqual(['workqueue_adds_total{name="imagespec"} 2']);
  expect(await samplesOf('workqueue_depth')).toEqual(['workqueue_depth{name="imagespec"} 2']);
  expect(await samplesOf('workqueue_retries_total')).toEqual(['workqueue_retries_total{name="imagespec"} 1']);
  expect(await samplesOf('workqueue_queue_duration_seconds')).toEqual([
    'workqueue_queue_duration_seconds_sum{name="imagespec"} 1.5',
    'workqueue_queue_duration_seconds_count{name="imagespec"} 1',
  ]);
  expect(await samplesOf('workqueue_work_duration_seconds')).toEqual([
    'workqueue_work_duration_seconds_sum{name="imagespec"} 0.25',
    'workqueue_work_duration_seconds_count{name="imagespec"} 1',
  ]);
});

it('reports the duration of steps by their kind', async () => {
  const stepped = stepMetrics(metrics);
  stepped({ kind: 'ask', step: 'base' }, 500);
  stepped({ kind: 'ask', step: 'base' }, 1500);
  stepped({ kind: 'act', step: 'createJob' }, 20);
  expect(await samplesOf('imagespec_step_duration_seconds')).toEqual([
    'imagespec_step_duration_seconds_sum{kind="ask",step="base"} 2',
    'imagespec_step_duration_seconds_count{kind="ask",step="base"} 2',
    'imagespec_step_duration_seconds_sum{kind="act",step="createJob"} 0.02',
    'imagespec_step_duration_seconds_count{kind="act",step="createJob"} 1',
  ]);
});

it('reports requests to the API server by the names of client-go', async () => {
  const seen = apiMetrics(metrics);
  seen({ host: '10.96.0.1:443', method: 'PATCH', code: '200', milliseconds: 40 });
  seen({ host: '10.96.0.1:443', method: 'PATCH', code: '<error>', milliseconds: 60 });
  expect(await samplesOf('rest_client_requests_total')).toEqual([
    'rest_client_requests_total{code="200",method="PATCH",host="10.96.0.1:443"} 1',
    'rest_client_requests_total{code="<error>",method="PATCH",host="10.96.0.1:443"} 1',
  ]);
  expect(await samplesOf('rest_client_request_duration_seconds')).toEqual([
    'rest_client_request_duration_seconds_sum{verb="PATCH",host="10.96.0.1:443"} 0.1',
    'rest_client_request_duration_seconds_count{verb="PATCH",host="10.96.0.1:443"} 2',
  ]);
});

it('reports requests to registries, and gives hosts beyond the bound one name', async () => {
  const config = parseConfig(
    "{images: {operator: 'operator:1'}, output: {repositoryTemplate: 'registry.example.com/{name}'}}",
  );
  if (!config.ok) throw new Error(config.failure);
  const seen = registryMetrics(metrics, config.value);
  for (let host = 0; host < mostHosts + 10; host++) {
    seen({ host: `${host}.users.example`, verb: 'GET', result: 'unreachable' });
  }
  seen({ host: 'registry.example.com', verb: 'HEAD', result: 'ok' });
  const samples = await samplesOf('imagespec_registry_requests_total');
  expect(samples).toHaveLength(mostHosts + 2);
  expect(samples).toContain('imagespec_registry_requests_total{host="other",verb="GET",result="unreachable"} 10');
  expect(samples).toContain('imagespec_registry_requests_total{host="registry.example.com",verb="HEAD",result="ok"} 1');
});

it('reports where look-ups found their answers', async () => {
  const looked = lookupMetrics(metrics);
  for (const how of ['asked', 'joined', 'kept', 'kept'] as const) looked(how);
  expect(await samplesOf('imagespec_registry_lookups_total')).toEqual([
    'imagespec_registry_lookups_total{answer="asked"} 1',
    'imagespec_registry_lookups_total{answer="joined"} 1',
    'imagespec_registry_lookups_total{answer="kept"} 2',
  ]);
});
