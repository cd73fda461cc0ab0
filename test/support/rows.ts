import type { ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { decide } from '../../src/lifecycle/decide.ts';
import type { Observation } from '../../src/lifecycle/model/observation.ts';
import { answer, digest, hash, observation, pushedPod, resolved, run } from './observations.ts';
import { statusIn } from './passes.ts';
import { noon } from './pods.ts';

/** Everything that a reader sees of a pass: Ready, the situation, the next step. */
export function summary(seen: Observation) {
  const { situation, decision } = decide(seen);
  const status = statusIn(seen, situation);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return {
    situation: situation.is,
    ready: `${ready?.status ?? ''} ${ready?.reason ?? ''}`,
    next: decision.next === 'act' ? decision.effect.do : decision.next,
    status,
    decision,
  };
}

/** The status that stands when nothing more is to be written. */
export function settled(seen: Observation): ImageSpecStatus {
  const { decision } = decide(seen);
  return decision.next === 'act' && decision.effect.do === 'writeStatus' ? decision.effect.status : seen.status;
}

const builtAnswers = answer({
  confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' },
  fixed: digest,
  moving: digest,
});
/** An image was pushed, and the registry has answered. */
export const built = observation({ status: resolved, builds: [run(pushedPod)], answers: builtAnswers });
/** The registry still has the image. */
export const looked = answer({ present: true });
const failedLog =
  'ERROR: No matching distribution found for astropyy\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 1';
/** Its Pod. */
export const failedPod = {
  phase: 'Failed',
  endedAt: noon - 1000,
  containers: { build: { is: 'terminated', exitCode: 1, reason: 'Error', message: '', startedAt: null } },
} as const;
/** A build that failed by the user's fault. */
export const failed = observation({ status: resolved, builds: [run(failedPod)], answers: answer({ log: failedLog }) });
/** A build that the node ended. */
export const evicted = observation({
  status: resolved,
  builds: [run({ phase: 'Failed', reason: 'Evicted', message: 'low on memory', endedAt: noon - 1000 })],
});
