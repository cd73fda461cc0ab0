import type { FailureReason } from '../../api/reasons/failureReasons.ts';
import type { Row } from '../../api/reasons/failureRows.ts';
import { containers } from '../containers.ts';
import { type ContainerState, isKilled, type PodState } from '../run.ts';
import type { Found } from './row.ts';

/** A row of the Pod's own status. */
export interface PodRow extends Row {
  readonly seen: 'pod';
  readonly reason: FailureReason;
  /** The fields that show this failure, for docs. */
  readonly sign: string;
  /** What the message quotes, when the Pod is in this state. */
  readonly match: (pod: PodState) => Found | undefined;
}

/** A container that ended with an error. */
export interface Broken {
  readonly name: string;
  readonly state: Extract<ContainerState, { is: 'terminated' }>;
}

/** The first container that ended with an error, init containers before the others. */
export function brokenContainer(pod: PodState): Broken | undefined {
  for (const [name, state] of Object.entries(pod.containers)) {
    if (state.is === 'terminated' && state.exitCode !== 0) {
      return { name, state };
    }
  }
  return undefined;
}

const exceeded =
  /ephemeral local storage usage exceeds|exceeded its local ephemeral storage limit|EmptyDir volume .* exceeds/;

const when = (condition: boolean, found: Found = {}): Found | undefined => (condition ? found : undefined);

/** The container that broke, where this holds of it. */
function whenBroken(pod: PodState, holds: (broken: Broken) => boolean): Found | undefined {
  const broken = brokenContainer(pod);
  return broken !== undefined && holds(broken)
    ? { container: broken.name, exitCode: String(broken.state.exitCode), message: broken.state.message }
    : undefined;
}

type Parts = Pick<PodRow, 'sign' | 'match' | 'what' | 'message'>;

function row(id: string, reason: FailureReason, parts: Parts): PodRow {
  return { seen: 'pod', id, reason, example: `${id}.json`, ...parts };
}

const podDeleted = row('pod-deleted', 'BuildPodDeleted', {
  what: 'the Pod of the build is deleted',
  sign: '`deletionTimestamp`, and a container that a signal ended',
  match: (pod) => (pod.deletedAt === null ? undefined : whenBroken(pod, ({ state }) => isKilled(state))),
  message: 'the Pod of the build was deleted while it ran',
});

/** What a Pod that has failed says of itself, in order: what ended the whole Pod comes before what a container said. */
export const podRows: readonly PodRow[] = [
  row('evicted-for-own-disk', 'DiskFull', {
    what: 'the build uses more disk than its own limit',
    sign: '`reason` Evicted, and the message names a limit of the Pod, a container or a volume',
    match: (pod) => when(pod.reason === 'Evicted' && exceeded.test(pod.message), { message: pod.message }),
    message:
      'the build used more disk than its limit; raise ephemeral-storage in spec.build.resources.limits: {message}',
  }),
  row('evicted', 'Evicted', {
    what: 'the node runs low on a resource',
    sign: '`reason` Evicted otherwise',
    match: (pod) => when(pod.reason === 'Evicted', { message: pod.message }),
    message: 'the node evicted the build: {message}',
  }),
  row('drained', 'Evicted', {
    what: 'the node is drained',
    sign: 'DisruptionTarget EvictionByEvictionAPI',
    match: (pod) => when(pod.disruption === 'EvictionByEvictionAPI'),
    message: 'the build was evicted through the API, as when a node is drained',
  }),
  row('preempted', 'Evicted', {
    what: 'a Pod of higher priority takes the place',
    sign: 'DisruptionTarget PreemptionByScheduler, or `reason` Preempting',
    match: (pod) => when(pod.disruption.startsWith('Preemption') || pod.reason === 'Preempting'),
    message:
      'the build had to make room for a Pod of higher priority; the administrator can set build.priorityClassName',
  }),
  row('node-lost', 'NodeLost', {
    what: 'the node is gone or does not answer',
    sign: 'DisruptionTarget DeletionByTaintManager or DeletionByPodGC, or `reason` NodeLost',
    match: (pod) =>
      when(/^DeletionBy(?:TaintManager|PodGC)$/.test(pod.disruption) || pod.reason === 'NodeLost', {
        node: pod.nodeName,
      }),
    message: 'the node {node} of the build is gone or was cleared',
  }),
  row('node-shutdown', 'NodeLost', {
    what: 'the node shuts down',
    sign: '`reason` Terminated or NodeShutdown, or DisruptionTarget TerminationByKubelet',
    match: (pod) =>
      when(/^(?:Terminated|NodeShutdown|Shutdown)$/.test(pod.reason) || pod.disruption === 'TerminationByKubelet', {
        node: pod.nodeName,
      }),
    message: 'the node {node} of the build shuts down',
  }),
  row('build-timeout', 'BuildTimeout', {
    what: 'the build takes longer than its timeout',
    sign: '`reason` DeadlineExceeded',
    match: (pod) => when(pod.reason === 'DeadlineExceeded'),
    message: 'the build did not end within {timeout} s; raise spec.build.timeoutSeconds',
  }),
  row('node-refused', 'Evicted', {
    what: 'the kubelet has no room for the Pod when it arrives',
    sign: '`reason` OutOfcpu, OutOfmemory, OutOfpods, OutOfephemeral-storage or UnexpectedAdmissionError',
    match: (pod) => when(/^OutOf|^UnexpectedAdmissionError$/.test(pod.reason), { message: pod.message }),
    message: 'the node did not take the build: {message}',
  }),
  row('container-unknown', 'NodeLost', {
    what: 'the kubelet restarts and finds the container gone',
    sign: 'a container with `reason` ContainerStatusUnknown',
    match: (pod) => whenBroken(pod, ({ state }) => state.reason === 'ContainerStatusUnknown'),
    message: 'the node lost the container {container}: {message}',
  }),
  row('out-of-memory', 'OutOfMemory', {
    what: 'the build uses more memory than its limit',
    sign: 'container build with `reason` OOMKilled',
    match: (pod) => whenBroken(pod, ({ name, state }) => name === containers.build && state.reason === 'OOMKilled'),
    message: 'the build used more memory than its limit; raise spec.build.resources.limits.memory',
  }),
  row('agent-out-of-memory', 'BuilderFailed', {
    what: "one of the operator's own containers uses more memory than its limit",
    sign: 'container credentials or push with `reason` OOMKilled',
    match: (pod) => whenBroken(pod, ({ state }) => state.reason === 'OOMKilled'),
    message:
      "the operator's own container {container} used more memory than its limit; report this to its administrator",
  }),
  row('container-start', 'BuilderFailed', {
    what: 'a container cannot be started',
    sign: 'a container with `reason` StartError or ContainerCannotRun',
    match: (pod) => whenBroken(pod, ({ state }) => /^(?:StartError|ContainerCannotRun)$/.test(state.reason)),
    message: 'the container {container} could not be started: {message}',
  }),
  podDeleted,
];

/** Last resort: no other row says why a container ended, and its log contains no last word. */
export const silentRows: readonly PodRow[] = [
  row('pod-deleted-silent', 'BuildPodDeleted', {
    what: 'the Pod is deleted, and the builder ends without a word',
    sign: '`deletionTimestamp`, and a log without a last word',
    match: (pod) => when(pod.deletedAt !== null),
    message: podDeleted.message,
  }),
  row('container-killed', 'BuilderFailed', {
    what: 'a container is killed from outside, and no sign shows why',
    sign: 'exit code 137 or 143 without any other sign',
    match: (pod) => whenBroken(pod, ({ state }) => isKilled(state)),
    message:
      'the container {container} was killed (exit code {exitCode}) for an unknown reason; the node may have run out of memory',
  }),
  row('container-silent', 'BuilderFailed', {
    what: 'a container ends with an error, and its log is gone',
    sign: 'an exit code without a log that explains it',
    match: (pod) => whenBroken(pod, () => true),
    message: 'the container {container} ended with exit code {exitCode}, and its log does not say why',
  }),
  row('pod-silent', 'BuilderFailed', {
    what: 'a Pod fails without a container that did',
    sign: '`phase` Failed alone',
    match: (pod) => ({ message: pod.message || pod.reason || 'no reason given' }),
    message: 'the Pod of the build failed, and no container says why: {message}',
  }),
];
