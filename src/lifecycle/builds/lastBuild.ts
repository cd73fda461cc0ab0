import type { Failure } from '../../api/failure.ts';
import type { BuildRun } from '../../kaniko/run.ts';
import type { Observation } from '../model/observation.ts';
import { byAge, recordedFailure, recordOfRun, recordOfStatus } from '../model/record.ts';
import type { BuildRecord } from '../model/situation.ts';
import type { Wanted } from './wanted.ts';

/** The newest build of a goal, from its Job or from the status. */
export type LastBuild =
  | { readonly is: 'none' }
  /** It waits for its Job. */
  | { readonly is: 'queued'; readonly record: BuildRecord }
  /** Its Job is there, and the status does not hold its end. */
  | { readonly is: 'running'; readonly run: BuildRun }
  /** Its Job is gone, and its result with it. */
  | { readonly is: 'lost'; readonly record: BuildRecord }
  /** The status holds what it pushed. */
  | { readonly is: 'pushed'; readonly record: BuildRecord; readonly image: string }
  /** The status holds its failure. */
  | { readonly is: 'failed'; readonly record: BuildRecord; readonly failure: Failure };

/** The newest build of this goal. */
export function lastBuild(seen: Observation, { goal, runs }: Wanted): LastBuild {
  const { build } = seen.status;
  const run = runs.toSorted(byAge).at(-1);
  if (run !== undefined && !isOlder(run, build)) {
    return build?.jobUID === run.job.uid && build.completionTime !== undefined
      ? ended(seen, { ...recordOfRun(seen, run), image: build.image ?? null })
      : { is: 'running', run };
  }
  const record = recordOfStatus(seen, goal);
  if (record === null) {
    return { is: 'none' };
  }
  // What has pushed has ended, even if the status was written before its image was tagged.
  if (record.completionTime !== null || record.image !== null) {
    return ended(seen, record);
  }
  return { is: record.job === null ? 'queued' : 'lost', record };
}

/**
 * Whether the build in the status came after this Job. If it is of this goal, its Job is gone, or it needed none. If it is
 * of another, the spec has returned to what this Job once built, and the history knows the image.
 */
function isOlder({ identity }: BuildRun, build: Observation['status']['build']): boolean {
  return (
    build !== undefined &&
    (build.number > identity.number || (build.number === identity.number && build.attempt > identity.attempt))
  );
}

function ended({ status }: Observation, record: BuildRecord): LastBuild {
  return record.image === null
    ? { is: 'failed', record, failure: recordedFailure(status) }
    : { is: 'pushed', record, image: record.image };
}
