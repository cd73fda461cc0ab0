import type { MetricDefinition } from '../../telemetry/metrics.ts';

/** The operator's metrics as data: docs are made from them. */
export const metricDefinitions = {
  builds: {
    type: 'counter',
    name: 'imagespec_builds_total',
    help: 'Finished builds by result and reason.',
    labels: ['result', 'reason'],
  },
  buildSeconds: {
    type: 'histogram',
    name: 'imagespec_build_duration_seconds',
    help: 'From the creation of the Job to the end of its Pod.',
    labels: ['result'],
    buckets: [5, 15, 30, 60, 120, 300, 600, 1200, 3600, 14_400],
  },
  buildsQueued: {
    type: 'gauge',
    name: 'imagespec_builds_queued',
    help: 'ImageSpecs that wait for their turn to build.',
    labels: [],
  },
  queueSeconds: {
    type: 'histogram',
    name: 'imagespec_build_queue_duration_seconds',
    help: 'From the wish to build to the creation of the Job.',
    labels: [],
    buckets: [0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400],
  },
  failedEffects: {
    type: 'counter',
    name: 'imagespec_failed_effects_total',
    help: 'Writes to the cluster or a registry that failed, by kind, and whether they were refused or got no answer (unavailable).',
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
} as const satisfies Readonly<Record<string, MetricDefinition>>;
