import { toRfc3339 } from '../../api/time.ts';
import { pushedImageOf } from '../../kaniko/outcome.ts';
import type { BuildRun } from '../../kaniko/run.ts';
import type { Seen } from '../model/observation.ts';
import type { Situation } from '../model/situation.ts';

/**
 * Puts the image of an older spec into the history, if its build pushed before the operator could stop it. A return to that
 * spec then reuses the image. The reuse asks the registry, so no confirmation is necessary here.
 */
export function salvage({ status, plan }: Seen<'status' | 'plan'>, old: readonly BuildRun[]): Situation | undefined {
  const history = status.history ?? [];
  const limit = plan.ok ? plan.value.spec.historyLimit : 0;
  // A Job may outlive its entry. A full history would drop an old entry immediately, and each pass would write it again.
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
