import { conditionOf } from '../../api/conditions.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { type Instant, parseRfc3339 } from '../../api/time.ts';
import type { GaugeSample, MetricDefinition, Metrics } from '../../telemetry/metrics.ts';
import type { SeenImageSpec } from '../watched/projections.ts';

/** How all ImageSpecs and this process stand. Alerts and the dashboard ask for these (`tools/monitoring/`). */
export const fleetMetricDefinitions = {
  resources: {
    type: 'gauge',
    name: 'imagespec_resources',
    help: 'ImageSpecs by namespace, and by status and reason of Ready; Unseen before the first status. The leader has them. Namespaces beyond the 500 with the most ImageSpecs are "(others)".',
    labels: ['namespace', 'ready', 'reason'],
  },
  oldestQueued: {
    type: 'gauge',
    name: 'imagespec_builds_queued_oldest_seconds',
    help: 'Time for which the oldest build has waited for its turn; 0 when none waits.',
    labels: [],
  },
  baseUpdatesWaiting: {
    type: 'gauge',
    name: 'imagespec_base_updates_waiting',
    help: 'ImageSpecs whose base has moved and that are not built on it yet.',
    labels: [],
  },
  verdicts: {
    type: 'counter',
    name: 'imagespec_verdicts_total',
    help: 'Verdicts about images: reason of JupyterHubCompatible after a launch.',
    labels: ['reason'],
  },
  failures: {
    type: 'counter',
    name: 'imagespec_failures_total',
    help: 'Failures by cause: of each attempt of a build, of checks, and of look-ups before a build.',
    labels: ['reason'],
  },
  passErrors: {
    type: 'counter',
    name: 'imagespec_pass_errors_total',
    help: 'Passes that ended with an exception, which is a bug; the log has it.',
    labels: [],
  },
  leader: {
    type: 'gauge',
    name: 'imagespec_leader',
    help: '1 in the replica that holds the Lease and acts, 0 in one that waits for it.',
    labels: [],
  },
  configCurrent: {
    type: 'gauge',
    name: 'imagespec_config_current',
    help: '1 with the configuration as its file is; 0 after a change that the operator does not accept.',
    labels: [],
  },
  watchAge: {
    type: 'gauge',
    name: 'imagespec_watch_age_seconds',
    help: 'Time since the API server last responded to a watch, by what is watched: the oldest one. Less than 60 in quiet times.',
    labels: ['resource'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

type FleetMetrics = Pick<Metrics<typeof fleetMetricDefinitions>, 'increment' | 'replace'>;

/** Namespaces with series of their own: each has one for each reason that occurs there. */
export const mostNamespaces = 500;
const otherNamespaces = '(others)';

/** The state of the ImageSpecs at a moment. */
export interface Fleet {
  readonly resources: readonly GaugeSample<{
    readonly namespace: string;
    readonly ready: string;
    readonly reason: string;
  }>[];
  /** Seconds. */
  readonly oldestQueued: number;
  readonly baseUpdatesWaiting: number;
}

type Counted = Pick<SeenImageSpec, 'self' | 'status'>;

/** Counts ImageSpecs. */
export function fleetOf(all: Iterable<Counted>, now: Instant): Fleet {
  const byNamespace = new Map<string, Map<string, number>>();
  let oldest = now;
  let baseUpdatesWaiting = 0;
  for (const { self, status } of all) {
    const ready = conditionOf(status, 'Ready');
    const state = `${ready?.status ?? 'Unknown'} ${ready?.reason ?? 'Unseen'}`;
    const counts = byNamespace.get(self.namespace) ?? new Map<string, number>();
    byNamespace.set(self.namespace, counts.set(state, (counts.get(state) ?? 0) + 1));
    if (ready?.reason === 'Queued') {
      oldest = Math.min(oldest, parseRfc3339(status.build?.queuedTime ?? '') ?? now);
    }
    baseUpdatesWaiting += status.base?.availableDigest === undefined ? 0 : 1;
  }
  return { resources: samplesOf(bounded(byNamespace)), oldestQueued: (now - oldest) / 1000, baseUpdatesWaiting };
}

type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The namespaces with the most ImageSpecs; the rest as one. */
function bounded(byNamespace: Counts): Counts {
  if (byNamespace.size <= mostNamespaces) {
    return byNamespace;
  }
  const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((total, count) => total + count, 0);
  const largest = [...byNamespace].toSorted(([a, these], [b, those]) => sum(those) - sum(these) || (a < b ? -1 : 1));
  const others = new Map<string, number>();
  for (const [, counts] of largest.slice(mostNamespaces)) {
    for (const [state, count] of counts) {
      others.set(state, (others.get(state) ?? 0) + count);
    }
  }
  return new Map([...largest.slice(0, mostNamespaces), [otherNamespaces, others]]);
}

function samplesOf(byNamespace: Counts): Fleet['resources'] {
  return [...byNamespace].flatMap(([namespace, counts]) =>
    [...counts].map(([state, value]) => {
      const [ready = '', reason = ''] = state.split(' ');
      return { labels: { namespace, ready, reason }, value };
    }),
  );
}

/** Shows the ImageSpecs; null in a process that does not lead, so that a sum over replicas counts each once. */
export function showFleet(metrics: FleetMetrics, fleet: Fleet | null): void {
  metrics.replace('leader', [{ labels: {}, value: fleet === null ? 0 : 1 }]);
  metrics.replace('resources', fleet?.resources ?? []);
  metrics.replace('oldestQueued', fleet === null ? [] : [{ labels: {}, value: fleet.oldestQueued }]);
  metrics.replace('baseUpdatesWaiting', fleet === null ? [] : [{ labels: {}, value: fleet.baseUpdatesWaiting }]);
}

/** A watch, and when it was last alive. */
interface Watched {
  readonly what: string;
  /** On the scale of `now`, in milliseconds. */
  readonly lastActivity: number;
}

/** Shows the oldest watch of each resource. */
export function showWatches(metrics: FleetMetrics, watches: readonly Watched[], now: number): void {
  const oldest = new Map<string, number>();
  for (const { what, lastActivity } of watches) {
    oldest.set(what, Math.min(oldest.get(what) ?? now, lastActivity));
  }
  metrics.replace(
    'watchAge',
    [...oldest].map(([resource, last]) => ({ labels: { resource }, value: (now - last) / 1000 })),
  );
}

/** Counts what a written status says for the first time: a verdict, a failure. */
export function countNews(metrics: FleetMetrics, before: ImageSpecStatus, after: ImageSpecStatus): void {
  const verdict = conditionOf(after, 'JupyterHubCompatible');
  const observed = after.jupyterHub?.observedTime;
  if (verdict !== undefined && observed !== undefined && observed !== before.jupyterHub?.observedTime) {
    metrics.increment('verdicts', { reason: verdict.reason });
  }
  if (after.failure !== undefined && attemptOf(after) !== attemptOf(before)) {
    metrics.increment('failures', { reason: after.failure.reason });
  }
}

/** What failed, and in which attempt: the same failure of the next attempt is another one. */
function attemptOf({ failure, build }: ImageSpecStatus): string {
  return failure === undefined
    ? ''
    : `${failure.reason} ${build?.number ?? 0} ${build?.attempt ?? 0} ${failure.nextAttemptTime ?? ''}`;
}
