import { type Instant, toRfc3339 } from '../../../api/time.ts';
import type { Progress } from '../build/progress.ts';
import type { View } from './standing.ts';
import { adviceFor } from './statusText.ts';

/** Output of `status -o json`: the status and the stages. Times are RFC 3339, durations seconds. */
export function statusJson({ imageSpec }: View, { standing, stages, startedAt, endedAt }: Progress): object {
  const { namespace, name, generation, status } = imageSpec;
  const { build, failure, history, image, tags } = status;
  return {
    namespace,
    name,
    generation,
    state: standing.is,
    reason: standing.reason,
    message: standing.message,
    ...times(startedAt, endedAt),
    stages: stages.map((stage) => ({
      name: stage.name,
      state: stage.state,
      detail: stage.detail,
      ...times(stage.startedAt, stage.endedAt),
    })),
    ...(build === undefined ? {} : { build }),
    ...(image === undefined ? {} : { image }),
    ...(tags === undefined ? {} : { tags }),
    ...(failure === undefined ? {} : { failure: { ...failure, advice: adviceFor(failure.reason) } }),
    history: history ?? [],
  };
}

function times(startedAt: Instant | null, endedAt: Instant | null): object {
  return {
    ...(startedAt === null ? {} : { startTime: toRfc3339(startedAt) }),
    ...(endedAt === null ? {} : { endTime: toRfc3339(endedAt) }),
    ...(startedAt === null || endedAt === null ? {} : { seconds: Math.round((endedAt - startedAt) / 1000) }),
  };
}
