import type { Failure } from '../../api/failure.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { BuildRun } from '../../kaniko/run.ts';
import type { Seen } from '../model/observation.ts';
import { byAge, recordedFailure, recordOfRun, recordOfStatus } from '../model/record.ts';
import type { BuildRecord } from '../model/situation.ts';
import type { Wanted } from './wanted.ts';

/** The newest build of a goal, from its Job or from the status. */
export type LastBuild =
  | { readonly is: 'none' }
  /** The build has no Job yet. */
  | { readonly is: 'queued'; readonly record: BuildRecord }
  /** The Job exists, and the status does not hold its end. */
  | { readonly is: 'running'; readonly run: BuildRun; readonly record: BuildRecord }
  /** The Job is gone, and so is its result. */
  | { readonly is: 'lost'; readonly record: BuildRecord }
  /** The status holds the pushed image. */
  | { readonly is: 'pushed'; readonly record: BuildRecord; readonly image: string }
  /** The status holds the failure. */
  | { readonly is: 'failed'; readonly record: BuildRecord; readonly failure: Failure };

export function lastBuild(seen: Seen<'now' | 'self' | 'status'>, { goal, runs }: Wanted): LastBuild {
  const { status } = seen;
  const { build } = status;
  const run = runs.toSorted(byAge).at(-1);
  const current = run === undefined || isOlder(run, build) ? undefined : run;
  if (current !== undefined && (build?.jobUID !== current.job.uid || build.completionTime === undefined)) {
    return { is: 'running', run: current, record: recordOfRun(seen, current) };
  }
  const record =
    current === undefined ? recordOfStatus(seen, goal) : { ...recordOfRun(seen, current), image: build?.image ?? null };
  if (record === null) {
    return { is: 'none' };
  }
  // A build that has pushed has ended, even if the status was written before the image got its tag.
  if (record.image !== null) {
    return { is: 'pushed', record, image: record.image };
  }
  // The status holds the end of a current Job.
  if (current !== undefined || record.completionTime !== null) {
    return { is: 'failed', record, failure: recordedFailure(status) };
  }
  return { is: record.job === null ? 'queued' : 'lost', record };
}

/**
 * Whether the build in the status came after this Job. A later build of this goal has lost its Job, or needed none. After a
 * later build of another goal, the spec has returned to this Job's input. The history then has the image.
 */
function isOlder({ identity }: BuildRun, build: ImageSpecStatus['build']): boolean {
  return (
    build !== undefined &&
    (build.number > identity.number || (build.number === identity.number && build.attempt > identity.attempt))
  );
}
