import { type Failure, failureOf } from '../../api/failure.ts';
import { isInfrastructureCause } from '../../api/reasons.ts';
import { type Instant, parseRfc3339, seconds } from '../../api/time.ts';
import { outcomeOf } from '../../kaniko/outcome.ts';
import { refusalOf } from '../../kaniko/refusals.ts';
import { type BuildRun, hasEnded } from '../../kaniko/run.ts';
import { overdueDeletion, waitingProblem } from '../../kaniko/waiting.ts';
import { needs } from '../model/needs.ts';
import type { Observation } from '../model/observation.ts';
import { lastAnswer, type Question } from '../model/question.ts';
import { nextAttempt, recordOfRun } from '../model/record.ts';
import { unchangedSince } from '../model/sightings.ts';
import type { Asking, BuildRecord, Goal, Good, Situation, Stalled, Waiting } from '../model/situation.ts';
import { spread } from '../model/spread.ts';
import { confirmed } from './afterPush.ts';
import { due } from './beforeJob.ts';

/** Where the build stands that this Job runs, before the status holds its result. */
export function fromRun(seen: Observation, goal: Goal, run: BuildRun): Situation {
  const build = recordOfRun(seen, run);
  if (!hasEnded(run)) {
    return running(seen, goal, run, build);
  }
  const log = failedLog(seen, goal, run);
  if (log.is !== 'log') {
    return log;
  }
  const outcome = outcomeOf(run, goal.spec, log.text);
  switch (outcome.is) {
    case 'running':
    case 'needsLog':
      throw new Error(`the build has ended and its log was read, and yet its outcome is "${outcome.is}"`);
    case 'failed':
      return afterFailure(seen, goal, ended(seen, build), outcome.failure);
    case 'pushed':
      return fromPushed(seen, goal, build, { image: outcome.image, reason: 'BuildSucceeded' });
  }
}

/** Where a build stands that has pushed; what its registry never shows was lost, and is built again. */
export function fromPushed(
  seen: Observation,
  goal: Goal,
  build: BuildRecord,
  pushed: Pick<Good, 'image' | 'reason'>,
): Situation {
  const at = confirmed(seen, goal, build, pushed);
  return at.is === 'notShown' ? afterFailure(seen, goal, at.build, at.failure) : at;
}

/** The record of a build that is over now. */
function ended(seen: Observation, build: BuildRecord): BuildRecord {
  return { ...build, completionTime: build.completionTime ?? seen.now };
}

type LogOrUnknown = { readonly is: 'log'; readonly text: string | null } | Asking | Waiting | Stalled;

/** The log of the failed container, when the outcome wants one. */
function failedLog(seen: Observation, goal: Goal, run: BuildRun): LogOrUnknown {
  const outcome = outcomeOf(run, goal.spec, null);
  if (outcome.is !== 'needsLog' || run.pod === null) {
    return { is: 'log', text: null };
  }
  const question = { ask: 'log', pod: run.pod.ref, container: outcome.container } as const;
  if (isGivenUp(seen, question)) {
    return { is: 'log', text: '' };
  }
  const answer = needs(seen, question, {
    goal,
    build: recordOfRun(seen, run),
    reason: 'Building',
    message: 'the build has ended; its log is being read',
  });
  return answer.is === 'known' ? { is: 'log', text: answer.value } : answer;
}

/** With its node the log is gone for good: after some tries the exit code must do. */
const logTries = 3;

function isGivenUp(seen: Observation, question: Question): boolean {
  const answer = lastAnswer(seen.answers, question);
  return answer !== undefined && answer.reply.is === 'failed' && answer.failures >= logTries;
}

/** A Pod comes within a second; only after that it is asked why there is none. */
const podPatience = seconds(2);

function running(seen: Observation, goal: Goal, run: BuildRun, build: BuildRecord): Situation {
  const { pod } = run;
  if (pod === null) {
    return withoutPod(seen, goal, run, build);
  }
  const building = (until: Instant | null): Situation => ({ is: 'building', goal, build, until });
  const giveUp = (failure: Failure): Situation => afterFailure(seen, goal, ended(seen, build), failure);
  const deadline = run.createdAt + seconds(goal.spec.timeoutSeconds);
  if (pod.deletedAt === null && pod.unschedulable !== '') {
    return seen.now < deadline ? building(deadline) : giveUp(unstarted(goal, pod.unschedulable));
  }
  const problem =
    pod.deletedAt === null
      ? waitingProblem(pod, seen.now, unchangedSince(seen, pod), seconds(seen.patience.imagePullGraceSeconds))
      : overdueDeletion(pod, seen.now);
  switch (problem.is) {
    case 'none':
      return building(null);
    case 'wait':
      return building(problem.until);
    case 'failed':
      return giveUp(problem.failure);
  }
}

function unstarted({ spec }: Goal, why: string): Failure {
  return failureOf('BuildTimeout', `the build could not start within ${spec.timeoutSeconds} s: ${why}`);
}

/** The Job says nothing when its Pod is refused: the events of the Job controller do. */
function withoutPod(seen: Observation, goal: Goal, run: BuildRun, build: BuildRecord): Situation {
  const deadline = run.createdAt + seconds(goal.spec.timeoutSeconds);
  const asked = run.createdAt + podPatience;
  if (seen.now < asked) {
    return { is: 'building', goal, build, until: asked };
  }
  const question = { ask: 'podRefusal', job: run.job } as const;
  const refusal = needs(seen, question, {
    goal,
    build,
    reason: 'Building',
    message: 'the Pod of the build is awaited',
  });
  if (refusal.is !== 'known') {
    return refusal;
  }
  const again = (lastAnswer(seen.answers, question)?.at ?? seen.now) + seconds(15);
  const refused = refusal.value === null ? null : refusalOf(refusal.value);
  switch (refused?.is) {
    case 'quota':
      return {
        is: 'waiting',
        goal,
        build,
        reason: 'QuotaExceeded',
        message: `${refused.message}; the build starts by itself once there is room`,
        failure: null,
        until: again,
      };
    case 'refused':
      return {
        is: 'stalled',
        goal,
        failure: failureOf('BuildPodRefused', refused.message),
        build: ended(seen, build),
        until: null,
      };
    case 'passing':
    case undefined:
      return seen.now < deadline
        ? { is: 'building', goal, build, until: Math.min(again, deadline) }
        : afterFailure(seen, goal, ended(seen, build), unstarted(goal, refusal.value ?? 'no Pod was created for it'));
  }
}

const firstBackoff = seconds(10);
const longestBackoff = seconds(600);
const slowRetry = seconds(3600);
/** Slow retries: hourly for a day. */
const slowRetries = 24;

/**
 * A build has failed: infrastructure is tried again with growing pauses, then slowly; anything else waits for a
 * person.
 */
export function afterFailure(seen: Observation, goal: Goal, build: BuildRecord, failure: Failure): Situation {
  const { attempt, firstAttempt } = build.identity;
  const used = attempt - firstAttempt + 1;
  const isInfrastructure = isInfrastructureCause(failure.reason);
  const fast = isInfrastructure && used <= goal.spec.retries;
  const slow = (isInfrastructure || failure.reason === 'PushFailed') && used <= goal.spec.retries + slowRetries;
  if (!fast && !slow) {
    return { is: 'stalled', goal, failure, build, until: null };
  }
  const pause = fast ? Math.min(longestBackoff, firstBackoff * 2 ** (used - 1)) : slowRetry;
  // A fifth earlier or later, so that what failed together does not come back together.
  const jitter = 0.8 + 0.4 * spread(`${seen.self.uid}/${build.identity.number}/${attempt}`);
  // By the clock that counts the pause: a node's may be wrong.
  const announced = isRecorded(seen, build) ? parseRfc3339(seen.status.failure?.nextAttemptTime ?? '') : undefined;
  const until = announced ?? Math.floor((seen.now + pause * jitter) / 1000) * 1000;
  if (announced !== undefined && seen.now >= announced) {
    return due(seen, goal, nextAttempt(seen, goal, build, null));
  }
  return fast
    ? {
        is: 'waiting',
        goal,
        reason: 'Retrying',
        message: `${failure.message}; attempt ${attempt + 1} follows`,
        failure,
        build,
        until,
      }
    : { is: 'stalled', goal, failure, build, until };
}

/** Whether the status holds the end of this very attempt. */
function isRecorded({ status }: Observation, { identity }: BuildRecord): boolean {
  return (
    status.build?.number === identity.number &&
    status.build.attempt === identity.attempt &&
    status.build.completionTime !== undefined
  );
}
