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

/** Draws every conclusion about an ImageSpec once. Read the functions from top to bottom. */
export function assess(seen: Observation): Standing {
  const requests = openRequests(seen);
  const judge = judgeOf(seen, requests);
  const build = buildOf(seen, requests, judge);
  return standingOf(seen, requests, judge, requests.cancel ? cancelled(seen, build) : build);
}

/** State of the build: each line decides, or leaves the decision to the next one. */
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

/** No build is required: the last build decides. */
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
      const message = `the Job ${last.record.job?.name ?? ''} is gone, and so is its result`;
      const failure = { reason: 'BuildPodDeleted', message, packages: [] } as const;
      return afterFailure(seen, goal, { ...last.record, completionTime: seen.now }, failure);
    }
    case 'failed':
      return afterFailure(seen, goal, last.record, last.failure);
    case 'pushed':
      return fromPushed(seen, requests, judge, goal, last);
  }
}

/** The status holds the image of the last build; the registry confirms it again unless it serves already. */
function fromPushed(
  seen: Observation,
  { retry }: OpenRequests,
  judge: Judge,
  goal: Goal,
  { record: build, image }: Extract<LastBuild, { is: 'pushed' }>,
): Situation | Pushed {
  const { status } = seen;
  if (status.failure?.reason === 'Cancelled' && build.identity.settings === settingsOf(goal.spec) && retry === null) {
    // A person cancelled the checks of this image, and no later request is open.
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
  // The registry confirmed the image before its checks began, so its present answer does not change their failure.
  return held?.is === 'stalled' ? held : confirmed(seen, goal, build, { image, reason });
}

/** The registry has the image: the operator puts the immutable tag, runs the checks, and then puts the moving tag. */
function afterPush(seen: Observation, judge: Judge, pushed: Pushed): Situation {
  const fixed = fixedTag(seen, pushed);
  if (fixed.is !== 'put' && fixed.is !== 'taken') {
    return fixed;
  }
  const checked = judge(pushed.good.image);
  const held = checked === null ? null : gate(pushed, checked);
  return held ?? promote(seen, pushed, fixed);
}

/** The situation after a cancel: current work stops, and finished work stays. */
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

/** Everything that follows from the state of the build. */
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

/** Next steps of checks on which nothing else depends: the launch of the serving image, and its list of packages. */
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
