import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { infrastructureCauses } from '../../api/reasons/failureReasons.ts';
import { parseRfc3339 } from '../../api/time.ts';
import { isUnpackedAgain } from '../../lifecycle/status/eventsFor.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { metricDefinitions } from './metrics.ts';

/** Counts the builds that a written status shows for the first time: one that began, those that ended. */
export function countBuilds(
  metrics: Pick<Metrics<typeof metricDefinitions>, 'increment' | 'observe'>,
  before: ImageSpecStatus,
  status: ImageSpecStatus,
): void {
  const { build } = status;
  if (build?.jobUID !== undefined && build.jobUID !== before.build?.jobUID) {
    const [queued, begun] = [parseRfc3339(build.queuedTime ?? ''), parseRfc3339(build.startTime ?? '')];
    if (queued !== undefined && begun !== undefined) {
      metrics.observe('buildQueueSeconds', {}, Math.max(0, begun - queued) / 1000);
    }
  }
  if (isUnpackedAgain(before.build, build)) {
    metrics.increment('basesNotMounted', {});
  }
  const known = new Set((before.history ?? []).map(({ number }) => number));
  for (const { number, result, reason, startTime, completionTime } of status.history ?? []) {
    if (known.has(number)) {
      continue;
    }
    metrics.increment('builds', { result, reason });
    if (build?.number === number && build.base !== undefined) {
      metrics.increment('buildBases', { base: build.base });
    }
    const started = startTime === undefined ? undefined : parseRfc3339(startTime);
    const ended = parseRfc3339(completionTime);
    if (started !== undefined && ended !== undefined) {
      metrics.observe('buildSeconds', { result }, (ended - started) / 1000);
    }
  }
}

/**
 * Shows the counters that alerts compare, before anything is counted: otherwise the first failure, and the first success after it,
 * would be seen by no alert.
 */
export function beginCounters(metrics: Pick<Metrics<typeof metricDefinitions>, 'begin'>): void {
  metrics.begin('passErrors', {});
  metrics.begin('builds', { result: 'Succeeded', reason: 'BuildSucceeded' });
  for (const reason of Object.keys(infrastructureCauses)) {
    metrics.begin('failures', { reason });
  }
}
