import { type Failure, failureOf } from '../api/failure.ts';
import type { Instant } from '../api/time.ts';
import type { PodState } from './run.ts';

/** Whether a container that waits can still start. */
export type WaitingProblem =
  | { readonly is: 'none' }
  /** It may pass; looked at again at `until`. */
  | { readonly is: 'wait'; readonly until: Instant }
  | { readonly is: 'failed'; readonly failure: Failure };

const pullReasons = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
];
const startReasons = ['CreateContainerConfigError', 'CreateContainerError'];

/** Images of the operator's configuration that a node cannot pull are the administrator's matter, after a grace time. */
export function waitingProblem(pod: PodState, now: Instant, graceMs: number): WaitingProblem {
  for (const [container, state] of Object.entries(pod.containers)) {
    if (state.is !== 'waiting' || ![...pullReasons, ...startReasons].includes(state.reason)) {
      continue;
    }
    const until = pod.createdAt + graceMs;
    if (now < until) {
      return { is: 'wait', until };
    }
    const what = pullReasons.includes(state.reason) ? 'the image of' : 'the start of';
    const message = `${what} container "${container}" fails on node ${pod.nodeName}: ${state.message || state.reason}`;
    return { is: 'failed', failure: failureOf('BuilderUnavailable', message.slice(0, 1024)) };
  }
  return { is: 'none' };
}
