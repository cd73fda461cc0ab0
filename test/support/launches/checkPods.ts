import { annotations } from '../../../src/api/names.ts';
import type { EffectiveSpec } from '../../../src/imagespec/effective.ts';
import type { ContainerState } from '../../../src/kaniko/run.ts';
import type { CheckIdentity, CheckRun } from '../../../src/lifecycle/model/checkPod.ts';
import type { Observation } from '../../../src/lifecycle/model/observation.ts';
import { answer, digest, hash, observation, pushedPod, resolved, run, spec } from '../observations.ts';
import { follow } from '../passes.ts';
import { podState } from '../pods.ts';
import { planOf } from '../resting.ts';

/** An image whose build has pushed and whose registry has answered, with a spec that differs. */
export function pushed(changes: Partial<EffectiveSpec>, more: Partial<Observation> = {}): Observation {
  const hub = { ...spec.hub, probe: 'Enabled' as const };
  return observation({
    status: resolved,
    plan: planOf({ hub, ...changes }),
    builds: [run(pushedPod)],
    answers: answer({
      confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' },
      fixed: digest,
      moving: digest,
      present: true,
    }),
    ...more,
  });
}

/** The Pod that a pass creates, running, in the next Observation. */
export function createdBy(seen: Observation): CheckRun {
  const { decision } = follow(seen);
  if (decision.next !== 'act' || decision.effect.do !== 'createPod') {
    throw new Error(`no Pod is created but: ${JSON.stringify(decision).slice(0, 400)}`);
  }
  const { metadata } = decision.effect.pod;
  const identity: CheckIdentity = JSON.parse(metadata?.annotations?.[annotations.run] ?? '');
  const ref = { namespace: 'vision', name: metadata?.name ?? '', uid: `uid-of-${metadata?.name ?? ''}` };
  return { identity, pod: podState({ ref }) };
}

/** The same Pod with other containers. */
export function withContainers(
  { identity, pod }: CheckRun,
  containers: Readonly<Record<string, ContainerState>>,
): CheckRun {
  return { identity, pod: { ...pod, containers } };
}
