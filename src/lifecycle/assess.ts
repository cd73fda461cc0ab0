import { digestIn } from '../oci/digest.ts';
import { afterFailure } from './builds/afterFailure.ts';
import { confirmed } from './builds/afterPush.ts';
import { beforeBuild } from './builds/beforeJob.ts';
import { buildRequired } from './builds/buildRequired.ts';
import { fixedTag } from './builds/fixedTag.ts';
import { type LastBuild, lastBuild } from './builds/lastBuild.ts';
import { promote } from './builds/movingTag.ts';
import { fromRun } from './builds/run.ts';
import { wantedOf } from './builds/wanted.ts';
import { cleaningOf } from './cleaning.ts';
import type { CheckStep } from './model/checkPod.ts';
import type { Observation } from './model/observation.ts';
import { recordedFailure, settingsOf } from './model/record.ts';
import { type OpenRequests, openRequests } from './model/requests.ts';
import { type Goal, type Pushed, pushedIn, type Situation } from './model/situation.ts';
import type { Checked, Contents, Standing } from './model/standing.ts';
import { type Judge, judgeOf } from './proofs/checked.ts';
import { contentsOf } from './proofs/contents.ts';
import { gate } from './proofs/gate.ts';
import { watchOf } from './watch.ts';

/** Answers everything about a resource once. Read the functions from top to bottom. */
export function assess(seen: Observation): Standing {
  const requests = openRequests(seen);
  const judge = judgeOf(seen, requests);
  const build = buildOf(seen, requests, judge);
  return standingOf(seen, requests, judge, requests.cancel ? cancelled(seen, build) : build);
}

/** Where the build stands: each line answers, or leaves the question to the next one. */
function buildOf(seen: Observation, requests: OpenRequests, judge: Judge): Situation {
  const isSuspended = seen.plan.ok && seen.plan.value.spec.suspend;
  const wanted = wantedOf(seen, isSuspended ? null : requests.rebuild);
  if (wanted.is !== 'wanted') {
    return isSuspended && wanted.is === 'asking' ? { is: 'suspended', goal: null } : wanted;
  }
  const { goal } = wanted;
  const last = lastBuild(seen, wanted);
  const required = buildRequired({ seen, requests, goal, last });
  if (isSuspended && required !== null) {
    return { is: 'suspended', goal };
  }
  const built = required === null ? fromLast(seen, requests, judge, goal, last) : beforeBuild(seen, goal, required);
  return built.is === 'pushed' ? afterPush(seen, judge, built) : built;
}

/** No build is required: the last one is what there is to go by. */
function fromLast(
  seen: Observation,
  requests: OpenRequests,
  judge: Judge,
  goal: Goal,
  last: LastBuild,
): Situation | Pushed {
  switch (last.is) {
    case 'none':
    case 'queued':
      throw new Error(`the last build is "${last.is}", and none is required`);
    case 'running':
      return fromRun(seen, goal, last.run);
    case 'lost': {
      const message = `the Job ${last.record.job?.name ?? ''} is gone, and its result with it`;
      const failure = { reason: 'BuildPodDeleted', message, packages: [] } as const;
      return afterFailure(seen, goal, { ...last.record, completionTime: seen.now }, failure);
    }
    case 'failed':
      return afterFailure(seen, goal, last.record, last.failure);
    case 'pushed':
      return fromPushed(seen, requests, judge, goal, last);
  }
}

/** The status holds what the last build pushed; what does not serve yet is confirmed again. */
function fromPushed(
  seen: Observation,
  { retry }: OpenRequests,
  judge: Judge,
  goal: Goal,
  { record: build, image }: Extract<LastBuild, { is: 'pushed' }>,
): Situation | Pushed {
  const { status } = seen;
  if (status.failure?.reason === 'Cancelled' && build.identity.settings === settingsOf(goal.spec) && retry === null) {
    // A person stopped the checks of this image, and has asked for nothing since.
    return { is: 'stalled', goal, failure: recordedFailure(status), build, until: null };
  }
  const reason = build.job === null ? 'ImageReused' : 'BuildSucceeded';
  const pushed: Pushed = {
    is: 'pushed',
    goal,
    build,
    good: { image, digest: digestIn(image), sizeBytes: null, reason },
  };
  if (status.image === image) {
    return pushed;
  }
  const checked = judge(image);
  const held = checked === null ? null : gate(pushed, checked);
  // The registry confirmed the image before its checks began: their failure stands, whatever the registry says now.
  return held?.is === 'stalled' ? held : confirmed(seen, goal, build, { image, reason });
}

/** The registry has the image: the immutable tag comes first, then the checks, and the moving tag last. */
function afterPush(seen: Observation, judge: Judge, pushed: Pushed): Situation {
  const fixed = fixedTag(seen, pushed);
  if (fixed.is !== 'put' && fixed.is !== 'taken') {
    return fixed;
  }
  const checked = judge(pushed.good.image);
  const held = checked === null ? null : gate(pushed, checked);
  return held ?? promote(seen, pushed, fixed);
}

/** What is under way is stopped; what is over stays. */
function cancelled(seen: Observation, at: Situation): Situation {
  switch (at.is) {
    case 'queued':
    case 'due':
    case 'building':
    case 'verifying':
      return { is: 'cancelled', goal: at.goal, build: { ...at.build, completionTime: seen.now } };
    case 'asking':
    case 'waiting':
      return at.goal !== null && at.build !== null && at.build.image === null
        ? {
            is: 'cancelled',
            goal: at.goal,
            build: { ...at.build, completionTime: at.build.completionTime ?? seen.now },
          }
        : at;
    case 'suspended':
    case 'superseded':
    case 'salvaged':
    case 'cancelled':
    case 'tagging':
    case 'stalled':
    case 'done':
      return at;
  }
}

/** All that follows from where the build stands. */
export function standingOf(seen: Observation, requests: OpenRequests, judge: Judge, build: Situation): Standing {
  const judged = imagesOf(seen, build);
  const fresh = judged.fresh === null ? null : judge(judged.fresh);
  const served = judged.served === null ? null : judge(judged.served);
  const contents: Contents = build.is === 'done' ? contentsOf(seen, build) : { is: 'none' };
  return {
    seen,
    build,
    requests,
    fresh,
    served,
    contents,
    checks: checksBeside(seen, build, served, contents),
    watch: watchOf(seen, build),
    cleaning: cleaningOf(seen, build, served, contents),
  };
}

/** The image that serves, and the one that may follow it. */
function imagesOf(
  { status }: Observation,
  at: Situation,
): { readonly served: string | null; readonly fresh: string | null } {
  if (at.is === 'superseded' || at.is === 'salvaged') {
    return { served: null, fresh: null };
  }
  const fresh = pushedIn(at)?.image ?? null;
  return { served: at.is === 'done' ? at.good.image : (status.image ?? fresh), fresh };
}

/** Next steps of checks that nothing else waits for: the launch of the image that serves, and the list of its packages. */
function checksBeside(
  { status }: Observation,
  at: Situation,
  served: Checked | null,
  contents: Contents,
): readonly CheckStep[] {
  if (at.is === 'verifying') {
    return [];
  }
  return [
    ...(served?.launch.is === 'open' && served.image === status.image ? [served.launch.step] : []),
    ...(contents.is === 'check' ? [contents.step] : []),
  ];
}
