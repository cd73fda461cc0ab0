import type { ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { annotations } from '../../src/api/names.ts';
import type { EffectiveSpec } from '../../src/imagespec/effective.ts';
import { type BuildIdentity, parseIdentity } from '../../src/kaniko/identity.ts';
import type { Observation } from '../../src/lifecycle/model/observation.ts';
import { answer, base, digest, hash, observation, pushedPod, resolved, run, spec } from './observations.ts';
import { follow } from './passes.ts';
import { noon } from './pods.ts';

/** The reason of condition Ready. */
export function ready(status: ImageSpecStatus): string {
  return status.conditions?.find(({ type }) => type === 'Ready')?.reason ?? '';
}

/** The desired state, with differences. */
export function planOf(changes: Partial<EffectiveSpec>): Observation['plan'] {
  return {
    ok: true,
    value: {
      spec: { ...spec, ...changes },
      images: [base.image],
      filesOnly: [],
      finalImage: base.image,
      upstream: null,
    },
  };
}

const { source } = spec;
if (source.is !== 'packages') {
  throw new Error('the rows build from packages');
}
/** The source of what is wanted. */
export const packages = source;
/** The answers that a build needs to start. */
export const may = answer({ access: true, secrets: 's', base });
/** The answers that a pushed image needs to be good. */
export const goodAnswers = answer({
  confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' },
  fixed: digest,
  moving: digest,
  present: true,
});
/** Built, and at rest. */
export const good = follow(observation({ status: resolved, builds: [run(pushedPod)], answers: goodAnswers })).seen;
const failedRun = run(
  {
    phase: 'Failed',
    endedAt: noon - 1000,
    containers: { build: { is: 'terminated', exitCode: 1, reason: 'Error', message: '', startedAt: null } },
  },
  { secrets: 's' },
);
const failedLog =
  'error building image: error building stage: failed to execute command: waiting for process to exit: exit status 1';
/** Failed by the user's fault, and at rest. */
export const failed = follow(
  observation({ status: resolved, builds: [failedRun], answers: answer({ log: failedLog, secrets: 's' }) }),
).seen;

/** The Job that a pass creates, by what its identity says. */
export function created(seen: Observation): BuildIdentity {
  const { decision } = follow(seen);
  if (decision.next !== 'act' || decision.effect.do !== 'createJob') {
    throw new Error(`no Job is created but: ${JSON.stringify(decision).slice(0, 300)}`);
  }
  const identity = parseIdentity(decision.effect.job.metadata?.annotations?.[annotations.build] ?? '');
  if (identity === undefined) {
    throw new Error('the Job says nothing of what it builds');
  }
  return identity;
}
