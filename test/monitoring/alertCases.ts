/** A time series in the notation of promtool: a start, and what is added each minute. */
export interface Series {
  readonly series: string;
  readonly values: string;
}

/** What makes an alert fire, and what comes close and does not. */
export interface AlertCase {
  readonly alert: string;
  readonly firing: readonly Series[];
  /** Minute at which it fires. */
  readonly minute: number;
  /** Labels of the alert beside its severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The same time, without an alert. */
  readonly quiet: readonly Series[];
}

const minutes = 150;
const steady = (series: string, value: number): Series => ({ series, values: `${value}x${minutes}` });
const rising = (series: string, start: number, step: number): Series => ({
  series,
  values: `${start}+${step}x${minutes}`,
});

const up = steady('imagespec_leader{instance="a"}', 1);

/** A case for each alert. */
export const alertCases: readonly AlertCase[] = [
  {
    alert: 'ImageSpecOperatorDown',
    firing: [],
    minute: 6,
    labels: {},
    summary: 'No replica of the ImageSpec operator is scraped.',
    quiet: [steady('imagespec_leader{instance="a"}', 0)],
  },
  {
    alert: 'ImageSpecNoLeader',
    firing: [steady('imagespec_leader{instance="a"}', 0), steady('imagespec_leader{instance="b"}', 0)],
    minute: 3,
    labels: {},
    summary: 'Replicas of the ImageSpec operator run, and none of them acts.',
    quiet: [steady('imagespec_leader{instance="a"}', 0), steady('imagespec_leader{instance="b"}', 1)],
  },
  {
    alert: 'ImageSpecWatchStale',
    firing: [up, rising('imagespec_watch_age_seconds{resource="jobs"}', 0, 60)],
    minute: 5,
    labels: { resource: 'jobs' },
    summary: 'The operator has heard nothing about jobs for 5m 0s.',
    quiet: [up, steady('imagespec_watch_age_seconds{resource="jobs"}', 60)],
  },
  {
    alert: 'ImageSpecPassesFail',
    firing: [up, rising('imagespec_pass_errors_total', 0, 1)],
    minute: 20,
    labels: {},
    summary: 'Passes of the operator end with exceptions.',
    quiet: [up, { series: 'imagespec_pass_errors_total', values: `0 1 2x${minutes}` }],
  },
  {
    alert: 'ImageSpecConfigRefused',
    firing: [
      up,
      steady('imagespec_config_current{instance="a"}', 0),
      steady('imagespec_config_current{instance="b"}', 1),
    ],
    minute: 6,
    labels: {},
    summary: 'The ImageSpec operator does not accept its changed configuration.',
    quiet: [up, steady('imagespec_config_current{instance="a"}', 1)],
  },
  {
    alert: 'ImageSpecQueueStuck',
    firing: [
      up,
      rising('imagespec_builds_queued_oldest_seconds', 0, 60),
      steady('imagespec_builds_total{result="Succeeded",reason="BuildSucceeded"}', 7),
    ],
    minute: 75,
    labels: {},
    summary: 'A build has waited for 1h 15m 0s, and none has finished for an hour.',
    quiet: [
      up,
      rising('imagespec_builds_queued_oldest_seconds', 0, 60),
      rising('imagespec_builds_total{result="Succeeded",reason="BuildSucceeded"}', 7, 1),
    ],
  },
  {
    alert: 'ImageSpecBuildsFailForOneCause',
    firing: [
      up,
      rising('imagespec_failures_total{reason="RegistryUnavailable"}', 0, 1),
      steady('imagespec_builds_total{result="Succeeded",reason="BuildSucceeded"}', 7),
    ],
    minute: 45,
    labels: { reason: 'RegistryUnavailable' },
    summary: 'Builds fail with RegistryUnavailable, and none has succeeded for half an hour.',
    quiet: [
      up,
      // The users' own failures, and the platform's beside builds that succeed.
      rising('imagespec_failures_total{reason="RunFailed"}', 0, 1),
      rising('imagespec_failures_total{reason="RegistryUnavailable"}', 0, 1),
      rising('imagespec_builds_total{result="Succeeded",reason="BuildSucceeded"}', 7, 1),
    ],
  },
  {
    alert: 'ImageSpecRegistryUnreachable',
    firing: [
      up,
      rising('imagespec_registry_requests_total{host="quay.io",verb="GET",result="unreachable"}', 0, 2),
      steady('imagespec_registry_requests_total{host="quay.io",verb="GET",result="ok"}', 9),
      rising('imagespec_registry_requests_total{host="r.example.com",verb="GET",result="ok"}', 0, 2),
    ],
    minute: 30,
    labels: { host: 'quay.io' },
    summary: 'The registry quay.io does not answer the operator.',
    quiet: [
      up,
      rising('imagespec_registry_requests_total{host="quay.io",verb="GET",result="unreachable"}', 0, 2),
      rising('imagespec_registry_requests_total{host="quay.io",verb="GET",result="ok"}', 0, 1),
      // A name that a user has misspelt.
      {
        series: 'imagespec_registry_requests_total{host="qay.io",verb="GET",result="unreachable"}',
        values: `0 4 8x${minutes}`,
      },
    ],
  },
  {
    alert: 'ImageSpecListFull',
    firing: [up, steady('imagespec_published_images{list="hub/imagespec-profiles",state="leftOut"}', 3)],
    minute: 12,
    labels: { list: 'hub/imagespec-profiles' },
    summary: '3 images have no room in the list hub/imagespec-profiles of a JupyterHub.',
    quiet: [
      up,
      steady('imagespec_published_images{list="hub/imagespec-profiles",state="leftOut"}', 0),
      steady('imagespec_published_images{list="hub/imagespec-profiles",state="unavailable"}', 3),
    ],
  },
  {
    alert: 'ImageSpecListNotWritten',
    firing: [
      up,
      rising('imagespec_publish_failures_total{list="hub/imagespec-profiles",cause="forbidden"}', 0, 1),
      steady('imagespec_publish_writes_total{list="hub/imagespec-profiles"}', 4),
    ],
    minute: 25,
    labels: { list: 'hub/imagespec-profiles', cause: 'forbidden' },
    summary: 'The list hub/imagespec-profiles of a JupyterHub cannot be written: forbidden.',
    quiet: [
      up,
      rising('imagespec_publish_failures_total{list="hub/imagespec-profiles",cause="conflict"}', 0, 1),
      rising('imagespec_publish_writes_total{list="hub/imagespec-profiles"}', 4, 1),
    ],
  },
];
