import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { beginCounters, countBuilds } from './buildMetrics.ts';
import { metricDefinitions } from './metrics.ts';

let metrics: ReturnType<typeof createMetrics<typeof metricDefinitions>>;

beforeEach(() => {
  metrics = createMetrics(metricDefinitions);
});

async function lines(name: string): Promise<readonly string[]> {
  const { body } = await metrics.scrape();
  return body.split('\n').filter((line) => line.startsWith(name));
}

const entry = {
  number: 1,
  result: 'Succeeded',
  reason: 'BuildSucceeded',
  inputHash: 'a',
  reasons: ['SpecChanged'],
  startTime: '2026-11-24T12:00:00Z',
  completionTime: '2026-11-24T12:01:00Z',
} as const;
const before: ImageSpecStatus = { observedGeneration: 1 };

it('shows what alerts compare before anything has happened', async () => {
  beginCounters(metrics);
  expect(await lines('imagespec_builds_total')).toEqual([
    'imagespec_builds_total{result="Succeeded",reason="BuildSucceeded"} 0',
  ]);
  expect(await lines('imagespec_failures_total')).toContain('imagespec_failures_total{reason="RegistryUnavailable"} 0');
  expect(await lines('imagespec_pass_errors_total')).toEqual(['imagespec_pass_errors_total 0']);
});

describe('builds', () => {
  it('are counted once, when they stand in the history, with their duration', async () => {
    countBuilds(metrics, before, { ...before, history: [entry] });
    countBuilds(metrics, { ...before, history: [entry] }, { ...before, history: [entry] });
    expect(await lines('imagespec_builds_total')).toEqual([
      'imagespec_builds_total{result="Succeeded",reason="BuildSucceeded"} 1',
    ]);
    expect(await lines('imagespec_build_duration_seconds_sum')).toEqual([
      'imagespec_build_duration_seconds_sum{result="Succeeded"} 60',
    ]);
  });

  it('show how long they waited, once they have a Job', async () => {
    const build = { number: 1, attempt: 1, inputHash: 'a', reasons: ['SpecChanged'] } as const;
    const begun = { ...build, jobUID: 'j', queuedTime: '2026-11-24T12:00:00Z', startTime: '2026-11-24T12:00:07Z' };
    countBuilds(metrics, { ...before, build }, { ...before, build: begun });
    countBuilds(metrics, { ...before, build: begun }, { ...before, build: begun });
    expect(await lines('imagespec_build_queue_duration_seconds_sum')).toEqual([
      'imagespec_build_queue_duration_seconds_sum 7',
    ]);
    expect(await lines('imagespec_build_queue_duration_seconds_count')).toEqual([
      'imagespec_build_queue_duration_seconds_count 1',
    ]);
  });
});
