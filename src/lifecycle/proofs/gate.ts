import { failureOf } from '../../api/failure.ts';
import type { CheckStep } from '../model/checkPod.ts';
import type { BuildRecord, Goal, Pushed, Situation } from '../model/situation.ts';
import type { Checked } from '../model/standing.ts';

/**
 * The obstacle between a pushed image and a good one: open or failed commands of `spec.verify`, and under `Require` the
 * verdict. Attempts that showed nothing about the image are an obstacle too. null: there is none, or the spec defines no checks.
 */
export function gate({ goal, build }: Pushed, checked: Checked | null): Situation | null {
  if (checked === null) {
    return null;
  }
  const { commands, launch } = checked;
  if (commands.is === 'failed') {
    return { is: 'stalled', goal, failure: commands.failure, build, until: commands.until };
  }
  if (commands.is === 'open') {
    return open(goal, build, commands.message, commands.step);
  }
  if (goal.spec.hub.policy !== 'Require' || launch.is === 'none') {
    return null;
  }
  const { verdict } = launch;
  if (verdict.reason === 'ProbeTimeout') {
    const until = launch.is === 'open' && launch.step.next === 'wait' ? launch.step.until : null;
    return { is: 'stalled', goal, failure: failureOf('LaunchInterrupted', verdict.message), build, until };
  }
  if (launch.is === 'open') {
    return open(goal, build, verdict.message, launch.step);
  }
  if (verdict.status !== 'False') {
    return null;
  }
  const failure = failureOf('JupyterHubIncompatible', verdict.message);
  const log = launch.log === '' ? {} : { log: launch.log };
  return { is: 'stalled', goal, failure: { ...failure, ...log }, build, until: null };
}

function open(goal: Goal, build: BuildRecord, message: string, step: CheckStep): Situation {
  return step.next === 'ask'
    ? { is: 'asking', goal, build, reason: 'Verifying', message, questions: [step.question], asked: 'first' }
    : { is: 'verifying', goal, build, message, step };
}
