import { internalHosts } from '../../config/registryHosts.ts';
import type { Config } from '../../config/schema.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import type { KeyQueueOptions } from '../../kubernetes/queue/keyQueue.ts';
import type { Exchange } from '../../registry/http/observed.ts';
import type { LookupHow } from '../../registry/lookups.ts';
import { boundedLabel } from '../../telemetry/boundedLabel.ts';
import type { MetricDefinition, Metrics } from '../../telemetry/metrics.ts';
import type { ControllerOptions } from '../controller.ts';

/** What the operator costs. Where client-go has such a metric, this one has its name, labels and meaning. */
export const costMetricDefinitions = {
  queueDepth: {
    type: 'gauge',
    name: 'workqueue_depth',
    help: 'ImageSpecs that wait for a worker to look at them.',
    labels: ['name'],
  },
  queueAdds: {
    type: 'counter',
    name: 'workqueue_adds_total',
    help: 'ImageSpecs that were queued; one that waits already is not queued again.',
    labels: ['name'],
  },
  queueSeconds: {
    type: 'histogram',
    name: 'workqueue_queue_duration_seconds',
    help: 'How long an ImageSpec waited for a worker.',
    labels: ['name'],
    buckets: [0.001, 0.01, 0.1, 1, 10, 60, 600],
  },
  workSeconds: {
    type: 'histogram',
    name: 'workqueue_work_duration_seconds',
    help: 'Time that a worker spent on an ImageSpec, with its writes. No worker waits for answers.',
    labels: ['name'],
    buckets: [0.001, 0.01, 0.1, 1, 10, 60, 600],
  },
  queueRetries: {
    type: 'counter',
    name: 'workqueue_retries_total',
    help: 'Passes that did not finish and run again after a pause.',
    labels: ['name'],
  },
  stepSeconds: {
    type: 'histogram',
    name: 'imagespec_step_duration_seconds',
    help: 'Duration of a step, by kind: decide (what is next), ask (a question by its subject), or act (a write by its subject).',
    labels: ['kind', 'step'],
    buckets: [0.0001, 0.001, 0.01, 0.1, 1, 10, 60],
  },
  registryRequests: {
    type: 'counter',
    name: 'imagespec_registry_requests_total',
    help: 'Requests to registries and their token services, by host, method and result: ok, redirected, unauthorized, notFound, rateLimited, refused, unavailable, or unreachable. Hosts beyond the configured ones and 50 others are "other".',
    labels: ['host', 'verb', 'result'],
  },
  registryLookups: {
    type: 'counter',
    name: 'imagespec_registry_lookups_total',
    help: 'Look-ups of bases by where the answer was found: asked (at the registry), joined (a look-up under way), kept (in memory), or confirmed (in memory, by the digest).',
    labels: ['answer'],
  },
  apiRequests: {
    type: 'counter',
    name: 'rest_client_requests_total',
    help: 'Requests to the API server by status, method and host; <error> is the status without an answer.',
    labels: ['code', 'method', 'host'],
  },
  apiSeconds: {
    type: 'histogram',
    name: 'rest_client_request_duration_seconds',
    help: 'Time from a request to the API server to the first part of its answer.',
    labels: ['verb', 'host'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

type CostMetrics = Pick<Metrics<typeof costMetricDefinitions>, 'increment' | 'observe' | 'replace'>;

/** client-go's label of a queue: the controller's name. */
const queue = { name: 'imagespec' };
/** Hosts of registries that have a time series beside the configured ones: users name them. */
export const mostHosts = 50;

/** Reports the queue of ImageSpecs. */
export function queueMetrics(metrics: CostMetrics): NonNullable<KeyQueueOptions['observe']> {
  return {
    added: () => metrics.increment('queueAdds', queue),
    depth: (keys) => metrics.replace('queueDepth', [{ labels: queue, value: keys }]),
    waited: (milliseconds) => metrics.observe('queueSeconds', queue, milliseconds / 1000),
    worked: (milliseconds) => metrics.observe('workSeconds', queue, milliseconds / 1000),
    retried: () => metrics.increment('queueRetries', queue),
  };
}

/** Reports the steps of passes. */
export function stepMetrics(metrics: CostMetrics): ControllerOptions['stepped'] {
  return (step, milliseconds) => metrics.observe('stepSeconds', step, milliseconds / 1000);
}

/** Reports the requests to the API server. */
export function apiMetrics(metrics: CostMetrics): Parameters<Connection['observe']>[0] {
  return ({ host, method, code, milliseconds }) => {
    metrics.increment('apiRequests', { code, method, host });
    metrics.observe('apiSeconds', { verb: method, host }, milliseconds / 1000);
  };
}

/** Reports exchanges with registries. */
export function registryMetrics(metrics: CostMetrics, config: Config): (exchange: Exchange) => void {
  const label = boundedLabel(internalHosts(config), mostHosts);
  return ({ host, verb, result }) => metrics.increment('registryRequests', { host: label(host), verb, result });
}

/** Reports look-ups of bases. */
export function lookupMetrics(metrics: CostMetrics): (how: LookupHow) => void {
  return (answer) => metrics.increment('registryLookups', { answer });
}
