import { failureOf } from '../../api/failure.ts';
import type { Observation } from '../model/observation.ts';
import type { BuildRecord, Goal, Situation } from '../model/situation.ts';
import type { TrialStep } from '../model/trials.ts';
import { proofOf } from './launch.ts';
import { verification } from './verify.ts';

/**
 * What keeps a pushed image from being good: commands of `spec.verify` that are open or fail, and under `Require` the
 * verdict. An image of which no try has shown anything is not good either. null: nothing.
 */
export function gate(seen: Observation, goal: Goal, build: BuildRecord, image: string): Situation | null {
  const verified = verification(seen, goal.spec, image);
  if (verified.is === 'failed') {
    return { is: 'stalled', goal, failure: verified.failure, build, until: verified.until };
  }
  if (verified.is === 'open') {
    return open(goal, build, verified.message, verified.step);
  }
  if (goal.spec.hub.policy !== 'Require') {
    return null;
  }
  const proof = proofOf(seen, goal.spec, image);
  if (proof.is !== 'none' && proof.verdict.reason === 'ProbeTimeout') {
    const until = proof.is === 'open' && proof.step.next === 'wait' ? proof.step.until : null;
    return { is: 'stalled', goal, failure: failureOf('LaunchInterrupted', proof.verdict.message), build, until };
  }
  if (proof.is === 'open') {
    return open(goal, build, proof.verdict.message, proof.step);
  }
  if (proof.is === 'none' || proof.verdict.status !== 'False') {
    return null;
  }
  const failure = failureOf('JupyterHubIncompatible', proof.verdict.message);
  const log = proof.log === '' ? {} : { log: proof.log };
  return { is: 'stalled', goal, failure: { ...failure, ...log }, build, until: null };
}

function open(goal: Goal, build: BuildRecord, message: string, step: TrialStep): Situation {
  return step.next === 'ask'
    ? { is: 'asking', goal, build, reason: 'Verifying', message, questions: [step.question] }
    : { is: 'verifying', goal, build, message, step };
}
