import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { toRfc3339 } from '../../api/time.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { countNews, fleetMetricDefinitions, fleetOf, mostNamespaces, showFleet, showWatches } from './fleetMetrics.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
let metrics: ReturnType<typeof createMetrics<typeof fleetMetricDefinitions>>;

beforeEach(() => {
  metrics = createMetrics(fleetMetricDefinitions);
});

/** Lines of a metric as Prometheus gets them. */
async function lines(name: string): Promise<readonly string[]> {
  const { body } = await metrics.scrape();
  return body.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
}

function seen(namespace: string, status: ImageSpecStatus, name = 'astro') {
  return { self: { namespace, name, uid: 'u', generation: 1, resourceVersion: '1' }, status };
}

function ready(reason: string, status: 'True' | 'False' | 'Unknown', more: Partial<ImageSpecStatus> = {}) {
  const condition = { type: 'Ready', status, reason, message: 'm', observedGeneration: 1, lastTransitionTime: '' };
  return { observedGeneration: 1, conditions: [condition], ...more };
}

const build = { number: 1, attempt: 1, inputHash: 'a', reasons: ['SpecChanged'] } as const;

describe('ImageSpecs', () => {
  it('are counted by namespace and Ready, and no longer once they are gone', async () => {
    const all = [
      seen('vision', ready('BuildSucceeded', 'True')),
      seen('vision', ready('BuildSucceeded', 'True')),
      seen('vision', ready('RunFailed', 'False')),
      seen('audio', { observedGeneration: -1 }),
    ];
    showFleet(metrics, fleetOf(all, now));
    expect(await lines('imagespec_resources')).toEqual([
      'imagespec_resources{namespace="vision",ready="True",reason="BuildSucceeded"} 2',
      'imagespec_resources{namespace="vision",ready="False",reason="RunFailed"} 1',
      'imagespec_resources{namespace="audio",ready="Unknown",reason="Unseen"} 1',
    ]);
    showFleet(metrics, fleetOf(all.slice(0, 1), now));
    expect(await lines('imagespec_resources')).toHaveLength(1);
  });

  it(`have series for ${mostNamespaces} namespaces, those with the most, and one for the rest`, () => {
    const large = Array.from({ length: mostNamespaces }, (_, index) => `large-${index}`);
    const all = ['small-1', 'small-2', ...large.flatMap((name) => [name, name])];
    const { resources } = fleetOf(
      all.map((namespace) => seen(namespace, ready('BuildSucceeded', 'True'))),
      now,
    );
    expect(resources).toHaveLength(mostNamespaces + 1);
    expect(resources.filter(({ labels }) => labels.namespace.startsWith('large'))).toHaveLength(mostNamespaces);
    expect(resources.at(-1)).toEqual({
      labels: { namespace: '(others)', ready: 'True', reason: 'BuildSucceeded' },
      value: 2,
    });
  });

  it('show how long the oldest build waits', async () => {
    const queued = (seconds: number) =>
      seen('a', ready('Queued', 'Unknown', { build: { ...build, queuedTime: toRfc3339(now - seconds * 1000) } }));
    const built = { build: { ...build, queuedTime: toRfc3339(now - 9_000_000) } };
    showFleet(metrics, fleetOf([queued(30), queued(90), seen('a', ready('Building', 'Unknown', built))], now));
    expect(await lines('imagespec_builds_queued_oldest_seconds')).toEqual([
      'imagespec_builds_queued_oldest_seconds 90',
    ]);
    showFleet(metrics, fleetOf([], now));
    expect(await lines('imagespec_builds_queued_oldest_seconds')).toEqual(['imagespec_builds_queued_oldest_seconds 0']);
  });

  it('show how many have a base that moved', async () => {
    const base = { image: 'a', digest: 'sha256:1', user: '', resolvedTime: '', availableDigest: 'sha256:2' };
    const all = [seen('a', ready('BuildSucceeded', 'True', { base })), seen('a', ready('BuildSucceeded', 'True'))];
    showFleet(metrics, fleetOf(all, now));
    expect(await lines('imagespec_base_updates_waiting')).toEqual(['imagespec_base_updates_waiting 1']);
  });

  it('are shown by the leader only', async () => {
    showFleet(metrics, fleetOf([seen('a', ready('BuildSucceeded', 'True'))], now));
    expect(await lines('imagespec_leader')).toEqual(['imagespec_leader 1']);
    showFleet(metrics, null);
    expect(await lines('imagespec_leader')).toEqual(['imagespec_leader 0']);
    expect(await lines('imagespec_resources')).toEqual([]);
  });
});

it('shows the age of the oldest watch of each resource', async () => {
  const watches = [
    { what: 'jobs', lastActivity: 90_000 },
    { what: 'jobs', lastActivity: 40_000 },
    { what: 'pods', lastActivity: 99_000 },
  ];
  showWatches(metrics, watches, 100_000);
  expect(await lines('imagespec_watch_age_seconds')).toEqual([
    'imagespec_watch_age_seconds{resource="jobs"} 60',
    'imagespec_watch_age_seconds{resource="pods"} 1',
  ]);
});

describe('news of a status', () => {
  const verdict = (reason: string, observedTime: string): ImageSpecStatus => ({
    observedGeneration: 1,
    conditions: [
      {
        type: 'JupyterHubCompatible',
        status: 'True',
        reason,
        message: '',
        observedGeneration: 1,
        lastTransitionTime: '',
      },
    ],
    jupyterHub: { probedImage: 'a', observedTime, settingsHash: 'b' },
  });
  const failed = (reason: string, attempt: number): ImageSpecStatus => ({
    observedGeneration: 1,
    build: { ...build, attempt },
    failure: { reason, message: 'm' },
  });

  it('counts a verdict once, and again when the image is launched again', async () => {
    const first = verdict('LaunchVerified', '2026-11-24T12:00:00Z');
    countNews(metrics, { observedGeneration: 1 }, first);
    countNews(metrics, first, { ...first, image: 'other' });
    countNews(metrics, first, verdict('LaunchFailed', '2026-11-24T13:00:00Z'));
    expect(await lines('imagespec_verdicts_total')).toEqual([
      'imagespec_verdicts_total{reason="LaunchVerified"} 1',
      'imagespec_verdicts_total{reason="LaunchFailed"} 1',
    ]);
  });

  it('counts the failure of each attempt once', async () => {
    countNews(metrics, { observedGeneration: 1 }, failed('NodeLost', 1));
    countNews(metrics, failed('NodeLost', 1), { ...failed('NodeLost', 1), image: 'other' });
    countNews(metrics, failed('NodeLost', 1), failed('NodeLost', 2));
    countNews(metrics, failed('NodeLost', 2), { observedGeneration: 1 });
    countNews(metrics, { observedGeneration: 1 }, failed('RunFailed', 1));
    expect(await lines('imagespec_failures_total')).toEqual([
      'imagespec_failures_total{reason="NodeLost"} 2',
      'imagespec_failures_total{reason="RunFailed"} 1',
    ]);
  });
});
