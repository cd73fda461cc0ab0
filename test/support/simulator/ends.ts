import type { ContainerState, PodState } from '../../../src/kaniko/run.ts';
import type { CheckRun } from '../../../src/lifecycle/model/checkPod.ts';
import { ended } from '../pods.ts';
import type { BuildEnd, CheckEnd } from './story.ts';

/** The Pod of a build that has come to this end, with the image that it would have pushed. */
export function endedBuild(pod: PodState, end: BuildEnd, image: string, now: number): PodState {
  const over = { ...pod, endedAt: now };
  switch (end) {
    case 'pushed':
      return { ...over, phase: 'Succeeded', containers: { build: ended(0), push: ended(0, image) } };
    case 'failed':
      return { ...over, phase: 'Failed', containers: { build: ended(1) } };
    case 'evicted':
      return { ...over, phase: 'Failed', reason: 'Evicted', message: 'low on memory' };
    case 'baseUnpullable':
      return { ...pod, phase: 'Pending', containers: { credentials: ended(0), builder: ended(0), build: unpullable } };
    case 'never':
      return pod;
  }
}

const unpullable: ContainerState = {
  is: 'waiting',
  reason: 'ErrImagePull',
  message: 'failed to pull and unpack image: tls: failed to verify certificate: x509: unknown authority',
};

/** A container that comes after an init container that failed. */
const notReached: ContainerState = { is: 'waiting', reason: 'PodInitializing', message: '' };

/** An ended check of an image. */
export function endedCheck({ identity, pod }: CheckRun, end: CheckEnd, now: number): CheckRun {
  const over = { ...pod, endedAt: now };
  if (end === 'evicted') {
    return { identity, pod: { ...over, phase: 'Failed', reason: 'Evicted' } };
  }
  if (identity.role === 'verify') {
    const isGood = end === 'passed' || Object.keys(pod.containers).every((name) => name === 'contents');
    const containers = Object.fromEntries(
      Object.keys(pod.containers).map((name): [string, ContainerState] => [
        name,
        isGood ? ended(0, '') : name === 'contents' ? notReached : ended(1, ''),
      ]),
    );
    return { identity, pod: { ...over, phase: isGood ? 'Succeeded' : 'Failed', containers } };
  }
  if (end === 'portTaken') {
    return { identity, pod: { ...pod, containers: { ...pod.containers, hub: ended(11, 'address in use') } } };
  }
  const answer = {
    v: 1,
    ready: true,
    status: 200,
    singleuser: '5.2.1',
    server: '2.20.0',
    ms: 900,
    page: 200,
    hubCalls: [],
  };
  return end === 'passed'
    ? { identity, pod: { ...pod, containers: { ...pod.containers, hub: ended(0, JSON.stringify(answer)) } } }
    : { identity, pod: { ...over, phase: 'Failed', containers: { ...pod.containers, server: ended(1, '') } } };
}

/** How long an object is still there after its deletion: what runs in it is stopped first. */
export const leavingMs = 1000;

/** A Pod that is deleted is marked first, and what still runs in it is killed: whoever watches sees that as a change. */
export function leaving(pod: PodState, now: number, nodeAheadMs: number): PodState {
  const killed = Object.entries(pod.containers).map(([name, state]): [string, ContainerState] => [
    name,
    state.is === 'running' ? ended(137, '') : state,
  ]);
  return {
    ...pod,
    deletedAt: now + leavingMs,
    ...(pod.phase === 'Running'
      ? { phase: 'Failed', endedAt: now + nodeAheadMs, containers: Object.fromEntries(killed) }
      : {}),
  };
}

/** The end of the build or check with this number; the last of a story stands for all that follow. */
export function pick<T>(ends: readonly T[], number: number): T {
  const end = ends[Math.min(number, ends.length) - 1];
  if (end === undefined) {
    throw new Error('a story without an end');
  }
  return end;
}
