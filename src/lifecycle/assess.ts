import type { Failure } from '../api/failure.ts';
import type { Plan } from '../dockerfile/plan.ts';
import { inputHash } from '../imagespec/inputHash.ts';
import { type BuildRun, hasEnded } from '../kaniko/run.ts';
import { type FoundBases, findBases } from './bases/bases.ts';
import { digestIn, settle } from './builds/afterPush.ts';
import { due, secretsOf } from './builds/beforeJob.ts';
import { afterFailure, fromPushed, fromRun } from './builds/running.ts';
import { salvage } from './builds/salvage.ts';
import { heldBack } from './model/failedEffect.ts';
import type { Observation } from './model/observation.ts';
import { isCorrected } from './model/platformHash.ts';
import { lastAnswer } from './model/question.ts';
import {
  causeOf,
  firstRecord,
  nextAttempt,
  recordedFailure,
  recordOfRun,
  recordOfStatus,
  settingsOf,
} from './model/record.ts';
import { isCancelRequested, openRebuild, openRetry } from './model/requests.ts';
import type { BuildRecord, Goal, Situation } from './model/situation.ts';
import { gone } from './upkeep.ts';

/**
 * The state machine: names where the resource stands. Read it from top to bottom; the first answer holds.
 */
export function assess(seen: Observation): Situation {
  const at = situationOf(seen);
  return isCancelRequested(seen) ? cancelled(seen, at) : at;
}

function situationOf(seen: Observation): Situation {
  const runs = seen.builds.filter((run) => !run.deleting);
  if (!seen.plan.ok) {
    return notWanted(seen, runs) ?? stalled(seen.plan);
  }
  const plan = seen.plan.value;
  const rebuild = openRebuild(seen);
  if (plan.spec.suspend && rebuild !== null) {
    return { is: 'suspended', goal: null };
  }
  const found = findBases(seen, plan, rebuild === null ? 'kept' : 'anew');
  if (found.is !== 'found') {
    if (plan.spec.suspend && found.is === 'asking') {
      return { is: 'suspended', goal: null };
    }
    return (found.is === 'stalled' ? notWanted(seen, runs) : undefined) ?? found;
  }
  const goal = goalOf(plan, found);
  // A rebuild that is still open is answered by no Job.
  const wanted = rebuild === null ? runs.filter((run) => builds(run, goal)) : [];
  const old = runs.filter((run) => !wanted.includes(run));
  const first = salvage(seen, old) ?? notWanted(seen, old);
  if (first !== undefined) {
    return first;
  }
  if (rebuild !== null) {
    const { reasons } = causeOf(seen, goal);
    const cause = { reasons: ['RebuildRequested' as const, ...reasons.filter((reason) => reason === 'BaseChanged')] };
    return due(seen, goal, firstRecord(seen, goal, { ...cause, rebuild, retry: null }));
  }
  const newest = wanted.toSorted(byAge).at(-1);
  return newest === undefined ? fromStatus(seen, goal) : fromNewest(seen, goal, newest);
}

/** A build that runs and is not wanted any more is stopped before anything else. */
function notWanted(seen: Observation, runs: readonly BuildRun[]): Situation | undefined {
  const run = runs.find((candidate) => !hasEnded(candidate));
  if (run === undefined) {
    return undefined;
  }
  const held = heldBack(seen, 'deleteJob', run.job.name);
  return held === null
    ? { is: 'superseded', run }
    : {
        is: 'waiting',
        goal: null,
        reason: 'Pending',
        message: `Job ${run.job.name} of an older spec cannot be stopped: ${held.message}; it is tried again`,
        failure: null,
        build: null,
        until: held.until,
      };
}

function stalled(plan: { readonly failure: Failure }): Situation {
  return { is: 'stalled', goal: null, failure: plan.failure, build: null, until: null };
}

function goalOf({ spec }: Plan, { bases, finalBase, available }: FoundBases): Goal {
  return { spec, bases, finalBase, available, inputHash: inputHash(spec, bases) };
}

function builds(run: BuildRun, goal: Goal): boolean {
  return run.identity.inputHash === goal.inputHash && run.identity.repository === goal.spec.repository;
}

/** Order of builds: by number, then by attempt. */
export function byAge(a: BuildRun, b: BuildRun): number {
  return a.identity.number - b.identity.number || a.identity.attempt - b.identity.attempt;
}

/** A Job of this goal is there. */
function fromNewest(seen: Observation, goal: Goal, run: BuildRun): Situation {
  const { build } = seen.status;
  const { number, attempt } = run.identity;
  const isOlder =
    build !== undefined && (build.number > number || (build.number === number && build.attempt > attempt));
  if (isOlder) {
    // What the status speaks of came later. Where that is of this goal, its Job is gone, or it needed none; where it is
    // of another, the spec has returned to what this Job once built, and the history knows what came of it.
    return fromStatus(seen, goal);
  }
  return build?.jobUID === run.job.uid && build.completionTime !== undefined
    ? fromRecorded(seen, goal, { ...recordOfRun(seen, run), image: build.image ?? null })
    : fromRun(seen, goal, run);
}

/** The status already holds the end of the newest build of this goal. */
function fromRecorded(seen: Observation, goal: Goal, record: BuildRecord): Situation {
  const { image } = record;
  if (image !== null) {
    if (gone(seen, goal, image, record.completionTime)) {
      const cause = { reasons: ['ImageMissing' as const], rebuild: null, retry: null };
      return due(seen, goal, firstRecord(seen, goal, cause));
    }
    if (isCancelled(seen, goal, record)) {
      return { is: 'stalled', goal, failure: recordedFailure(seen.status), build: record, until: null };
    }
    const reason = record.job === null ? 'ImageReused' : 'BuildSucceeded';
    return seen.status.image === image
      ? settle(seen, goal, record, { image, digest: digestIn(image), sizeBytes: null, reason })
      : fromPushed(seen, goal, record, { image, reason });
  }
  const retry = openRetry(seen);
  if (retry !== null) {
    return due(seen, goal, nextAttempt(seen, goal, record, retry));
  }
  if (record.identity.settings !== settingsOf(goal.spec)) {
    return due(seen, goal, firstRecord(seen, goal, { reasons: ['SpecChanged'], rebuild: null, retry: null }));
  }
  const isFreed = isCorrected(
    record.identity.platform,
    goal.spec.platformSettings,
    recordedFailure(seen.status).reason,
  );
  if (isFreed || secretsChanged(seen, goal, record)) {
    return due(seen, goal, firstRecord(seen, goal, { reasons: ['Retry'], rebuild: null, retry: null }));
  }
  return afterFailure(seen, goal, record, recordedFailure(seen.status));
}

/** Somebody stopped the proof of this image, and asked for nothing since. */
function isCancelled(seen: Observation, goal: Goal, { identity }: BuildRecord): boolean {
  return (
    seen.status.failure?.reason === 'Cancelled' &&
    identity.settings === settingsOf(goal.spec) &&
    openRetry(seen) === null
  );
}

/** A Secret that the failed build used is another one now. */
function secretsChanged(seen: Observation, goal: Goal, { identity }: BuildRecord): boolean {
  const names = secretsOf(goal);
  const reply = lastAnswer(seen.answers, { ask: 'secrets', names })?.reply;
  return identity.secrets !== '' && reply?.is === 'known' && reply.value !== identity.secrets;
}

/** No Job of this goal is there. */
function fromStatus(seen: Observation, goal: Goal): Situation {
  const record = recordOfStatus(seen, goal);
  if (record === null) {
    return due(seen, goal, firstRecord(seen, goal, causeOf(seen, goal)));
  }
  // What has pushed has ended, also where the status was written before its image was tagged.
  if (record.completionTime !== null || record.image !== null) {
    return fromRecorded(seen, goal, record);
  }
  if (record.job === null) {
    return due(seen, goal, record);
  }
  const failure: Failure = {
    reason: 'BuildPodDeleted',
    message: `the Job ${record.job.name} is gone, and its result with it`,
    packages: [],
  };
  return afterFailure(seen, goal, { ...record, completionTime: seen.now }, failure);
}

/** What is under way is stopped; where nothing is, there is nothing to cancel. */
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
