import { infrastructureCauses } from '../../src/api/reasons/failureReasons.ts';
import { type FleetMetric, metricOf } from './metricNames.ts';

/** An alert, and the page that whoever gets it reads. */
export interface Alert {
  readonly name: string;
  readonly severity: 'critical' | 'warning';
  readonly expression: string;
  /** How long it must hold, as Prometheus writes it. */
  readonly for: string;
  /** One line; may use Prometheus' templates. */
  readonly summary: string;
  /** What it means for users. */
  readonly meaning: string;
  /** What to look at, in this order. */
  readonly look: readonly string[];
  /** What ends it. */
  readonly act: readonly string[];
}

/** The operator's release; the commands of the pages are for it. */
const log = 'kubectl -n imagespec-operator-system logs deploy/imagespec-operator';

const m = (metric: FleetMetric) => metricOf(metric);
const causes = Object.keys(infrastructureCauses).join('|');
const failing = `sum by (reason) (increase(${m('failures')}{reason=~"${causes}"}[30m]))`;
const succeeding = `sum(increase(${m('builds')}{result="Succeeded"}[30m]))`;
const finished = `sum(increase(${m('builds')}[1h]))`;
const unreached = `sum by (host) (increase(${m('registryRequests')}{result=~"unavailable|unreachable"}[15m]))`;
const reached = `sum by (host) (increase(${m('registryRequests')}{result!~"unavailable|unreachable"}[15m]))`;

/** The alerts of the PrometheusRule, and of docs/runbooks/. */
export const alerts: readonly Alert[] = [
  {
    name: 'ImageSpecOperatorDown',
    severity: 'critical',
    expression: `absent(${m('leader')})`,
    for: '5m',
    summary: 'No replica of the ImageSpec operator is scraped.',
    meaning:
      'Prometheus reads no metrics of the operator. Nothing new is built and no status changes, while builds that run go on. A Hub keeps its list.',
    look: [
      '`kubectl -n imagespec-operator-system get pods`: are the Pods there and ready?',
      `\`${log} --previous\`: why did the last one end? Exit code 2 is a configuration that the operator refuses, with the line.`,
      'Targets in Prometheus: does the ServiceMonitor select the Service, and does the NetworkPolicy let Prometheus in (`networkPolicy.operator.metricsFrom`)?',
    ],
    act: ['Correct the configuration, the image or the quota that keeps the Pods from running.'],
  },
  {
    name: 'ImageSpecNoLeader',
    severity: 'critical',
    expression: `max(${m('leader')}) == 0`,
    for: '2m',
    summary: 'Replicas of the ImageSpec operator run, and none of them acts.',
    meaning: 'No replica holds the Lease, so nothing is built and no status changes.',
    look: [
      '`kubectl -n imagespec-operator-system get lease imagespec-operator -o yaml`: who holds it, and when was it renewed?',
      `\`${log}\`: lines about the Lease say what the API server answers.`,
    ],
    act: [
      "Give the operator's ServiceAccount its Role for Leases again (`deploy/base/rbac.yaml`), or help the API server.",
      'A Lease of an instance that is gone ends by itself after 15 seconds.',
    ],
  },
  {
    name: 'ImageSpecWatchStale',
    severity: 'warning',
    expression: `max by (resource) (${m('watchAge')}) > 120`,
    for: '2m',
    summary: 'The operator has heard nothing about {{ $labels.resource }} for {{ $value | humanizeDuration }}.',
    meaning:
      'The operator works with an old view of the cluster. It notices edits and ended builds late. After five minutes its liveness probe fails and it starts again.',
    look: [
      `\`${log}\`: lines with "watch" or "list" name the answers of the API server.`,
      '`rest_client_requests_total` by `code`: 403 is a missing right, 429 and 5xx an overloaded API server.',
    ],
    act: ['Restore the rights of `deploy/base/rbac.yaml`, or help the API server.'],
  },
  {
    name: 'ImageSpecPassesFail',
    severity: 'warning',
    expression: `sum(increase(${m('passErrors')}[15m])) > 3`,
    for: '5m',
    summary: 'Passes of the operator end with exceptions.',
    meaning:
      'This is a bug in the operator. It tries each ImageSpec again with growing pauses; the others are not affected.',
    look: [`\`${log} | grep "a pass failed"\`: the line has the ImageSpec and the stack.`],
    act: ['Report the line. Suspend the ImageSpec (`spec.suspend: true`) if it should rest until a fix.'],
  },
  {
    name: 'ImageSpecConfigRefused',
    severity: 'warning',
    expression: `min(${m('configCurrent')}) == 0`,
    for: '5m',
    summary: 'The ImageSpec operator does not accept its changed configuration.',
    meaning:
      'The operator goes on with the last configuration that it accepted. A new Pod would not start with the changed one.',
    look: [`\`${log} | grep "not accepted"\`: the line of the file and the setting.`],
    act: ['Correct the setting. The operator takes the file within a minute or two, without a restart.'],
  },
  {
    name: 'ImageSpecQueueStuck',
    severity: 'warning',
    expression: `max(${m('oldestQueued')}) > 3600 unless on () ${finished} > 0`,
    for: '10m',
    summary: 'A build has waited for {{ $value | humanizeDuration }}, and none has finished for an hour.',
    meaning: 'Users wait for builds that do not begin, because those that run do not end.',
    look: [
      '`kubectl get jobs -A -l imagespec.dev/role=build`: which builds hold the slots, and for how long?',
      '`kubectl get pods -A -l imagespec.dev/role=build`: Pending Pods have no node (nodeSelector, quota, autoscaler).',
    ],
    act: [
      'Cancel a build that hangs: `kubectl imagespec cancel NAME`. Shorten `build.ceilings.timeoutSeconds` if that happens often.',
      'Give builds nodes, or correct `build.nodeSelector` and `build.tolerations` in the configuration.',
      'If builds are only long, raise `build.concurrency`.',
    ],
  },
  {
    name: 'ImageSpecBuildsFailForOneCause',
    severity: 'critical',
    expression: `${failing} >= 3 unless on () ${succeeding} > 0`,
    for: '5m',
    summary: 'Builds fail with {{ $labels.reason }}, and none has succeeded for half an hour.',
    meaning: 'The platform fails, not the users: no change of a spec would help. The operator tries again by itself.',
    look: [
      '`kubectl get imagespecs -A -o wide`: the message of an affected ImageSpec has the cause.',
      'The reason in docs/conditions.md: what it means, and which settings can cause it.',
    ],
    act: [
      '`RegistryUnavailable`, `RateLimited`: the registry, its quota, or a mirror (`registries.mirrors`).',
      '`CertificateUntrusted`: `caBundle`. `CredentialsInvalid`: the Secret that the message names.',
      '`BuilderFailed`: `images.kaniko`. `Evicted`, `NodeLost`, `BuildPodDeleted`: the nodes and what ends Pods there.',
      'A corrected setting starts failed builds again; otherwise `kubectl imagespec retry NAME`.',
    ],
  },
  {
    name: 'ImageSpecRegistryUnreachable',
    severity: 'warning',
    // A typo of one user asks a few times only.
    expression: `${unreached} > 10 unless ${reached} > 0`,
    for: '10m',
    summary: 'The registry {{ $labels.host }} does not answer the operator.',
    meaning: 'ImageSpecs with a base or an output there wait. Images that were built stay as they are.',
    look: [
      `\`${log}\`: the error of the connection (name, certificate, time-out).`,
      'The NetworkPolicy and the proxy of the operator; `registries.internal` for a host with a private address.',
    ],
    act: ['Restore the registry, or read it through another one (`registries.mirrors`).'],
  },
  {
    name: 'ImageSpecListFull',
    severity: 'warning',
    expression: `max by (list) (${m('publishedImages')}{state="leftOut"}) > 0`,
    for: '10m',
    summary: '{{ $value }} images have no room in the list {{ $labels.list }} of a JupyterHub.',
    meaning: 'A ConfigMap holds at most 1 MB. The oldest ImageSpecs stay in the list, newer ones are not offered.',
    look: ['`imagespec_published_list_bytes`, and the condition `Published` with reason `ListFull`.'],
    act: ['Divide the list: several entries of `jupyterHub.publish` with `namespaces` or a `selector` each.'],
  },
  {
    name: 'ImageSpecListNotWritten',
    severity: 'warning',
    expression: `sum by (list, cause) (increase(${m('publishFailures')}[15m])) > 0 unless on (list) sum by (list) (increase(${m('publishWrites')}[15m])) > 0`,
    for: '10m',
    summary: 'The list {{ $labels.list }} of a JupyterHub cannot be written: {{ $labels.cause }}.',
    meaning: 'The Hub goes on with an old list, so users do not get new images.',
    look: [`\`${log} | grep "list of images"\`: what the API server answers.`],
    act: ["Give the operator its Role in the Hub's namespace (`deploy/jupyterhub/rbac-operator.yaml`)."],
  },
];
