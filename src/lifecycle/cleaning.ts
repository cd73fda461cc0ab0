import { probeSettingsHash } from '../jupyterhub/launch/probePod.ts';
import { verifySettingsHash } from '../jupyterhub/verifyPod.ts';
import { type BuildRun, hasEnded } from '../kaniko/run.ts';
import { type CheckIdentity, isNewest } from './model/checkPod.ts';
import type { Knowledge } from './model/knowledge.ts';
import type { Seen } from './model/observation.ts';
import { byAge } from './model/record.ts';
import type { Situation } from './model/situation.ts';
import type { Checked, Cleaning, Contents } from './model/standing.ts';

/** The operator keeps a successful Job for an hour, for `kubectl logs`. */
const keepSuccessful = 3_600_000;

/** The Job and the check Pod to delete now, if any. */
export function cleaningOf(
  seen: Seen<'now' | 'plan' | 'builds' | 'checkPods'>,
  known: Knowledge,
  at: Situation,
  served: Checked | null,
  contents: Contents,
): Cleaning {
  const pod = seen.checkPods.find(
    (run) =>
      run.pod.deletedAt === null &&
      !(isNewest(seen.checkPods, run) && isAwaited(seen, at, run.identity, served, contents)) &&
      known.heldBack('deletePod', run.pod.ref.name) === null,
  );
  return { ...oldJob(seen, known, at), pod: pod?.pod.ref ?? null };
}

/** The next ended Job to delete: the last failed Job stays, and a successful Job stays for an hour. */
function oldJob(seen: Seen<'now' | 'builds'>, known: Knowledge, at: Situation): Pick<Cleaning, 'job' | 'until'> {
  const there = seen.builds.filter(({ deleting }) => !deleting).toSorted(byAge);
  const current = at.is === 'building' || at.is === 'waiting' || at.is === 'asking' ? at.build?.job?.uid : undefined;
  const lastFailed = at.is === 'done' ? undefined : there.findLast((run) => hasEnded(run) && !isSuccess(run));
  let until: Cleaning['until'] = null;
  for (const run of there) {
    const isHeldBack = known.heldBack('deleteJob', run.job.name) !== null;
    if (run.job.uid === lastFailed?.job.uid || (run.job.uid === current && !hasEnded(run)) || isHeldBack) {
      continue;
    }
    const keptUntil = isSuccess(run)
      ? (run.pod === null ? run.createdAt : known.unchangedSince(run.pod)) + keepSuccessful
      : 0;
    if (seen.now >= keptUntil) {
      return { job: run.job, until: null };
    }
    until = until === null ? keptUntil : Math.min(until, keptUntil);
  }
  return { job: null, until };
}

function isSuccess({ pod }: BuildRun): boolean {
  return pod?.phase === 'Succeeded';
}

/** Whether the operator still waits for the result of a check Pod: only for the newest attempt of each check. */
function isAwaited(
  { plan }: Seen<'plan'>,
  at: Situation,
  identity: CheckIdentity,
  served: Checked | null,
  contents: Contents,
): boolean {
  if (at.is === 'superseded' || at.is === 'salvaged' || !plan.ok) {
    return false;
  }
  const { hub, verify } = plan.value.spec;
  // The last interrupted attempt carries the number of attempts.
  const isTriedLater = at.is === 'stalled' && at.failure.reason === 'LaunchInterrupted' && at.until !== null;
  if (at.is === 'verifying' || at.is === 'asking' || isTriedLater) {
    // Checks run one after the other, and the status records their results only once the image is good.
    const settings = identity.role === 'probe' ? probeSettingsHash(hub) : verifySettingsHash(verify);
    return identity.image === at.build?.image && identity.settings === settings;
  }
  if (identity.role === 'verify') {
    return at.is === 'done' && identity.image === at.good.image && contents.is === 'check';
  }
  return (
    served?.launch.is === 'open' && identity.image === served.image && identity.settings === probeSettingsHash(hub)
  );
}
