import type { PodState } from '../../../src/kaniko/run.ts';
import type { TrialRun } from '../../../src/lifecycle/model/trials.ts';
import { ended } from '../pods.ts';
import type { BuildEnd, TrialEnd } from './story.ts';

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
    case 'never':
      return pod;
  }
}

/** What proves an image, come to this end. */
export function endedTrial({ identity, pod }: TrialRun, end: TrialEnd, now: number): TrialRun {
  const over = { ...pod, endedAt: now };
  if (end === 'evicted') {
    return { identity, pod: { ...over, phase: 'Failed', reason: 'Evicted' } };
  }
  if (identity.role === 'verify') {
    const code = end === 'passed' ? 0 : 1;
    const containers = Object.fromEntries(
      Object.keys(pod.containers).map((name) => [name, ended(name === 'contents' ? 0 : code, '')]),
    );
    return { identity, pod: { ...over, phase: end === 'passed' ? 'Succeeded' : 'Failed', containers } };
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
