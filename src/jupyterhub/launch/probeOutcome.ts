import { parseProbeAnswer } from '../../api/probeAnswer.ts';
import type { HubReasonOf } from '../../api/reasons/verdictReasons.ts';
import type { HubSettings } from '../../imagespec/effective.ts';
import { relevantLines } from '../../kaniko/log.ts';
import { type ContainerState, isOver, type PodState } from '../../kaniko/run.ts';
import { failedPull } from '../../kaniko/waiting.ts';
import type { ProbeFacts } from '../verdict.ts';
import type { EndedServer } from './endedServer.ts';
import { classifyEnd } from './launchFailures.ts';
import { probeContainers } from './probePod.ts';
import { cleaned, type Refusal, unproven } from './unproven.ts';

/**
 * Outcome of a launch.
 *
 * - running: not over; the reason says what it waits for
 * - needsLog: over; the log of this container shows why
 * - answered: the image serves
 * - refused: the image does not serve, by its own fault
 * - inconclusive: something else intervened; the operator launches again, and the verdict is never False
 */
export type ProbeOutcome =
  | { readonly is: 'running'; readonly reason: HubReasonOf<'Unknown'>; readonly message: string }
  | { readonly is: 'needsLog'; readonly container: typeof probeContainers.server }
  | { readonly is: 'answered'; readonly facts: ProbeFacts }
  | ({ readonly is: 'refused' } & Refusal)
  | { readonly is: 'inconclusive'; readonly reason: HubReasonOf<'Unknown'>; readonly message: string };

/** The evidence about a launch. */
export interface Launch {
  readonly pod: PodState;
  readonly hub: HubSettings;
  /** The Pod's pull Secrets; only for the message. */
  readonly pullSecrets: readonly string[];
  /** Log of the server, once fetched ('' when it is gone). */
  readonly log: string | null;
}

/**
 * Reads the outcome from the Pod. It judges an ended server immediately, while the mock Hub still waits for it; the
 * caller then deletes the Pod.
 */
export function probeOutcome(launch: Launch): ProbeOutcome {
  const { pod } = launch;
  const [server, hub] = [pod.containers[probeContainers.server], pod.containers[probeContainers.hub]];
  const answer = hub?.is === 'terminated' && hub.exitCode === 0 ? parseProbeAnswer(hub.message) : undefined;
  const disturbed = disturbanceOf(pod);
  const ended = server?.is === 'terminated' && disturbed === null ? server : undefined;
  if (answer?.ready === true && ended === undefined) {
    const { singleuser, server: serverVersion, ms } = answer;
    return { is: 'answered', facts: { singleuserVersion: singleuser, serverVersion, launchMilliseconds: ms } };
  }
  if (answer?.ready === false && startedLate(server, hub)) {
    return server?.is === 'waiting'
      ? inconclusive('ImagePullFailed', `the image was not pulled in time: ${server.message || server.reason}`)
      : inconclusive('ProbePending', 'the image was pulled too late to be observed');
  }
  if (answer !== undefined) {
    return withLog(launch, (log) => ({ is: 'refused', ...unproven(answer, ended, launch.hub, log) }));
  }
  if (disturbed !== null) {
    return disturbed;
  }
  if (ended !== undefined) {
    return endedServer(launch, ended, hub);
  }
  if (hub?.is === 'terminated') {
    const said = hub.message.trim() === '' ? hub.reason : hub.message.trim();
    return inconclusive('ProbePending', `the mock Hub ended with exit code ${hub.exitCode}: ${said}`);
  }
  return stillRunning(launch, server, hub);
}

type Terminated = Extract<ContainerState, { is: 'terminated' }>;

/** Reasons of a Pod, or of a container, by which the node and not the image ended it. */
const lostContainer = 'ContainerStatusUnknown';

/** What ended the Pod from outside; null when nothing did. */
function disturbanceOf(pod: PodState): Extract<ProbeOutcome, { is: 'inconclusive' }> | null {
  const server = pod.containers[probeContainers.server];
  if (pod.reason === 'DeadlineExceeded') {
    return server === undefined || server.is === 'waiting'
      ? inconclusive(
          'ImagePullFailed',
          `the image could not be pulled in time${server?.message ? `: ${server.message}` : ''}`,
        )
      : inconclusive('ProbePending', 'the launch did not end in time, and showed nothing about the image');
  }
  if (pod.disruption !== '' || pod.reason !== '') {
    const why = [pod.disruption, pod.reason, pod.message].filter((text) => text !== '').join(': ');
    return inconclusive('ProbePending', `the launch was interrupted (${why})`);
  }
  if (pod.deletedAt !== null) {
    return inconclusive('ProbePending', 'the Pod of the launch was deleted');
  }
  return server?.is === 'terminated' && server.reason === lostContainer
    ? inconclusive('ProbePending', "the node lost the launch's container")
    : null;
}

/** Covers the resolution of times in a Pod's status, and the pause between the starts of two containers. */
const togetherMs = 3000;

/**
 * Whether the mock Hub waited for a server that never started: when an image cannot be pulled at first, the kubelet
 * starts the other container anyway.
 */
function startedLate(server: ContainerState | undefined, hub: ContainerState | undefined): boolean {
  const began = hub === undefined || hub.is === 'waiting' ? null : hub.startedAt;
  if (server === undefined || server.is === 'waiting') {
    return true;
  }
  return began !== null && server.startedAt !== null && server.startedAt - began > togetherMs;
}

/** Latest start of the mock Hub after the server's; later, servers have given up on it (47 s, jupyterhub 5). */
const lateHubMs = 20_000;

/** The server ended before it showed anything. */
function endedServer(launch: Launch, server: Terminated, hub: ContainerState | undefined): ProbeOutcome {
  return withLog(launch, (log) => {
    const started = hub === undefined || hub.is === 'waiting' ? null : hub.startedAt;
    const late = started === null || started - (server.startedAt ?? started) > lateHubMs;
    if (late && /Failed to connect to my Hub at/.test(log)) {
      return inconclusive('ProbePending', "the operator's image was not pulled in time");
    }
    return { is: 'refused', ...classifyEnd(endOf(server, log), launch.hub), log: relevantLines(log), doubt: 'none' };
  });
}

/** Reasons for which the container cannot be created. Mostly, the runtime did not find its program. */
const creationReasons = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

function stillRunning(
  launch: Launch,
  server: ContainerState | undefined,
  hub: ContainerState | undefined,
): ProbeOutcome {
  const { pod, pullSecrets } = launch;
  if (pod.unschedulable !== '') {
    return running('ProbeUnschedulable', `no node takes the launch: ${pod.unschedulable}`);
  }
  const unpulled = failedPull(server);
  if (unpulled !== undefined) {
    const secrets = pullSecrets.length === 0 ? 'no Secret' : `the Secrets ${pullSecrets.join(', ')}`;
    return running('ImagePullFailed', `the node cannot pull the image with ${secrets}: ${unpulled}`);
  }
  if (server?.is === 'waiting' && creationReasons.has(server.reason)) {
    return notCreated(launch.hub, server);
  }
  const ownUnpulled = failedPull(hub);
  if (ownUnpulled !== undefined) {
    return running('ImagePullFailed', `the node cannot pull the operator's image: ${ownUnpulled}`);
  }
  if (isOver(pod)) {
    return inconclusive('ProbePending', 'the launch is over, but no container reports a result');
  }
  return running(
    'ProbePending',
    server?.is === 'running' ? 'the operator is launching the image' : 'the operator is preparing the launch',
  );
}

/** The runtime's refusal is a verdict when it names a fault of the image; otherwise it may pass. */
function notCreated(hub: HubSettings, { message, reason }: Extract<ContainerState, { is: 'waiting' }>): ProbeOutcome {
  const failure = classifyEnd({ exitCode: 128, reason, message, log: '' }, hub);
  return failure.reason === 'LaunchFailed' && failure.entrypoint === 'suspect'
    ? running('ProbePending', `the container cannot be created: ${message || reason}`)
    : { is: 'refused', ...failure, log: '', doubt: 'none' };
}

function endOf({ exitCode, reason, message }: Terminated, log: string): EndedServer {
  return { exitCode, reason, message: cleaned(message), log: cleaned(log) };
}

/** Reasons of a container that the runtime could not start: without a log, only its message explains why. */
const neverStarted = new Set(['StartError', 'ContainerCannotRun']);

function withLog({ log, pod }: Launch, judge: (log: string) => ProbeOutcome): ProbeOutcome {
  const server = pod.containers[probeContainers.server];
  if (server?.is === 'terminated' && neverStarted.has(server.reason)) {
    return judge('');
  }
  if (log === null) {
    return { is: 'needsLog', container: probeContainers.server };
  }
  // When the log is gone, the kubelet has kept its end (FallbackToLogsOnError).
  return judge(log === '' && server?.is === 'terminated' ? server.message : log);
}

function running(reason: HubReasonOf<'Unknown'>, message: string): ProbeOutcome {
  return { is: 'running', reason, message };
}

function inconclusive(reason: HubReasonOf<'Unknown'>, message: string): Extract<ProbeOutcome, { is: 'inconclusive' }> {
  return { is: 'inconclusive', reason, message };
}
