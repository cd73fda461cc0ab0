import { expect, it } from 'vitest';
import { createMetrics, processMetrics } from './metrics.ts';

const definitions = {
  builds: { type: 'counter', name: 'test_builds_total', help: 'Builds by result.', labels: ['result'] },
  queue: { type: 'gauge', name: 'test_queue_length', help: 'Waiting.', labels: ['namespace'] },
  duration: {
    type: 'histogram',
    name: 'test_duration_seconds',
    help: 'How long.',
    labels: [],
    buckets: [1, 10],
  },
} as const;

it('counts, observes and shows help and type of each metric', async () => {
  const metrics = createMetrics(definitions);
  metrics.increment('builds', { result: 'succeeded' });
  metrics.increment('builds', { result: 'succeeded' });
  metrics.observe('duration', {}, 4);
  const { contentType, body } = await metrics.scrape();
  expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(body).toContain('# HELP test_builds_total Builds by result.\n# TYPE test_builds_total counter\n');
  expect(body).toContain('test_builds_total{result="succeeded"} 2\n');
  expect(body).toContain('test_duration_seconds_bucket{le="1"} 0\n');
  expect(body).toContain('test_duration_seconds_bucket{le="10"} 1\n');
  expect(body).toContain('process_resident_memory_bytes');
});

it('drops the values of a gauge that the next set omits', async () => {
  const metrics = createMetrics(definitions);
  metrics.replace('queue', [{ labels: { namespace: 'a' }, value: 3 }]);
  metrics.replace('queue', [{ labels: { namespace: 'b' }, value: 1 }]);
  const { body } = await metrics.scrape();
  expect(body).toContain('test_queue_length{namespace="b"} 1\n');
  expect(body).not.toContain('namespace="a"');
});

it.each(processMetrics)('shows $name of the process', async ({ name, type }) => {
  const { body } = await createMetrics(definitions).scrape();
  expect(body).toContain(`# TYPE ${name} ${type}\n`);
});

it('keeps two registries apart', async () => {
  createMetrics(definitions).increment('builds', { result: 'failed' });
  expect((await createMetrics(definitions).scrape()).body).not.toContain('result="failed"');
});
