import type { MetricDefinition } from '../../telemetry/metrics.ts';
import { costMetricDefinitions } from './costMetrics.ts';
import { fleetMetricDefinitions } from './fleetMetrics.ts';

/** The operator's metrics as data; docs are generated from them. */
export const metricDefinitions = {
  ...fleetMetricDefinitions,
  builds: {
    type: 'counter',
    name: 'imagespec_builds_total',
    help: 'Finished builds by result and reason.',
    labels: ['result', 'reason'],
  },
  buildSeconds: {
    type: 'histogram',
    name: 'imagespec_build_duration_seconds',
    help: 'Time from the creation of the Job to the end of its Pod.',
    labels: ['result'],
    buckets: [5, 15, 30, 60, 120, 300, 600, 1200, 3600, 14_400],
  },
  buildBases: {
    type: 'counter',
    name: 'imagespec_build_bases_total',
    help: 'Finished builds by how their base got under them: Mounted, Unpacked or Composed.',
    labels: ['base'],
  },
  basesNotMounted: {
    type: 'counter',
    name: 'imagespec_bases_not_mounted_total',
    help: 'Builds whose base a node could not pull, so that the next attempt unpacked it.',
    labels: [],
  },
  buildsQueued: {
    type: 'gauge',
    name: 'imagespec_builds_queued',
    help: 'ImageSpecs that wait for their turn to build.',
    labels: [],
  },
  buildQueueSeconds: {
    type: 'histogram',
    name: 'imagespec_build_queue_duration_seconds',
    help: 'Time from the moment a build is required to the creation of its Job.',
    labels: [],
    buckets: [0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400],
  },
  launchesQueued: {
    type: 'gauge',
    name: 'imagespec_launches_queued',
    help: 'ImageSpecs whose image waits for its turn to be launched.',
    labels: [],
  },
  questionsQueued: {
    type: 'gauge',
    name: 'imagespec_questions_queued',
    help: 'Questions and tags that wait for room in the limits of requests, by whom they are for: registries or the API server.',
    labels: ['to'],
  },
  eventLoopDelay: {
    type: 'gauge',
    name: 'imagespec_event_loop_delay_max_seconds',
    help: 'Longest block of the event loop since the last scrape; past 10 s the operator loses the Lease.',
    labels: [],
  },
  eventsDropped: {
    type: 'counter',
    name: 'imagespec_events_dropped_total',
    help: 'Events that exceeded the limit of their object or that the API server did not accept.',
    labels: [],
  },
  failedEffects: {
    type: 'counter',
    name: 'imagespec_failed_effects_total',
    help: 'Failed writes to the cluster or a registry, by kind: refused, or without an answer (unavailable).',
    labels: ['effect', 'outcome'],
  },
  publishedImages: {
    type: 'gauge',
    name: 'imagespec_published_images',
    help: 'ImageSpecs by what became of them in a list for JupyterHub: offered, unavailable (shown, not selectable) or leftOut (no room).',
    labels: ['list', 'state'],
  },
  publishedBytes: {
    type: 'gauge',
    name: 'imagespec_published_list_bytes',
    help: 'Size of a list for JupyterHub; it is full at 1,000,000.',
    labels: ['list'],
  },
  publishWrites: {
    type: 'counter',
    name: 'imagespec_publish_writes_total',
    help: 'Writes of a list for JupyterHub; an unchanged list is not written.',
    labels: ['list'],
  },
  publishFailures: {
    type: 'counter',
    name: 'imagespec_publish_failures_total',
    help: 'Lists for JupyterHub that could not be written, by cause.',
    labels: ['list', 'cause'],
  },
  ...costMetricDefinitions,
} as const satisfies Readonly<Record<string, MetricDefinition>>;
