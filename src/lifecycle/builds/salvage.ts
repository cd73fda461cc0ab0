import { toRfc3339 } from '../../api/time.ts';
import { pushedImageOf } from '../../kaniko/outcome.ts';
import type { BuildRun } from '../../kaniko/run.ts';
import type { Observation } from '../model/observation.ts';
import type { Situation } from '../model/situation.ts';

/**
 * A build of an older spec that had pushed before it could be stopped: its image enters the history, so that a return to
 * that spec uses it again. The use asks the registry, so nothing is confirmed here.
 */
export function salvage({ status, plan }: Observation, old: readonly BuildRun[]): Situation | undefined {
  const history = status.history ?? [];
  const limit = plan.ok ? plan.value.spec.historyLimit : 0;
  // A Job may outlive its entry: what a full history would drop at once must not be put there again and again.
  const hasRoom = (build: number) => history.length < limit || history.some(({ number }) => number < build);
  for (const { identity, createdAt, pod } of old) {
    if (pod === null || pod.endedAt === null) {
      continue;
    }
    const image = pushedImageOf(pod, identity.pushMode, identity.repository);
    const isKnown =
      history.some(({ number }) => number === identity.number) ||
      (status.build?.number === identity.number && status.build.completionTime !== undefined);
    if (image === undefined || isKnown || !hasRoom(identity.number)) {
      continue;
    }
    return {
      is: 'salvaged',
      entry: {
        number: identity.number,
        result: 'Succeeded',
        reason: 'BuildSucceeded',
        image,
        inputHash: identity.inputHash,
        reasons: identity.reasons,
        startTime: toRfc3339(createdAt),
        completionTime: toRfc3339(pod.endedAt),
      },
    };
  }
  return undefined;
}
