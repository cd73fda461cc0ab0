import { type Failure, failureOf } from '../../api/failure.ts';
import { type Instant, seconds } from '../../api/time.ts';
import { basePullFailure, type FailedBasePull, failedBasePull } from '../../kaniko/base/pull.ts';
import { outcomeOf } from '../../kaniko/outcome.ts';
import { refusalOf } from '../../kaniko/refusals.ts';
import { type BuildRun, hasEnded, type PodState } from '../../kaniko/run.ts';
import { overdueDeletion, waitingProblem } from '../../kaniko/waiting.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Unknown } from '../model/needs.ts';
import type { Seen } from '../model/observation.ts';
import type { BuildRecord, Claimed, Failed, Goal, NotMountable, Situation } from '../model/situation.ts';
import { type Log, withLog } from '../model/withLog.ts';

/** A build with a Job. */
interface Running {
  readonly goal: Goal;
  readonly run: BuildRun;
  readonly build: BuildRecord;
}

/** State of a build with a Job, before the status holds its end. */
export function fromRun(
  seen: Seen<'now' | 'patience'>,
  known: Knowledge,
  at: Running,
): Situation | Claimed | Failed | NotMountable {
  const { goal, run, build } = at;
  if (!hasEnded(run)) {
    return run.pod === null ? withoutPod(seen.now, known, at) : withPod(seen, known, at, run.pod);
  }
  const outcome = withLog(
    (log) => outcomeOf(run, goal.spec, log),
    (container) => logOf(known, at, container),
  );
  switch (outcome.is) {
    case 'running':
      throw new Error('the build has ended, and its outcome is "running"');
    case 'asking':
    case 'waiting':
    case 'stalled':
      return outcome;
    case 'failed':
      return failedNow(seen.now, at, outcome.failure);
    case 'pushed':
      return { is: 'claimed', goal, build, image: outcome.image, reason: 'BuildSucceeded' };
  }
}

/** A build that has just ended without an image. */
function failedNow(now: Instant, { goal, build }: Running, failure: Failure): Failed {
  return { is: 'failed', goal, build: ended(now, build), failure };
}

/** The record of a build that has just ended. */
function ended(now: Instant, build: BuildRecord): BuildRecord {
  return { ...build, completionTime: build.completionTime ?? now };
}

/** The log of the failed container; '' once the operator gives up on it. */
function logOf(known: Knowledge, { goal, run, build }: Running, container: string): Log | Unknown {
  if (run.pod === null) {
    return { is: 'log', text: '' };
  }
  const question = { ask: 'log', pod: run.pod.ref, container } as const;
  if (known.failures(question) >= logTries) {
    return { is: 'log', text: '' };
  }
  const answer = known.needs(question, {
    goal,
    build,
    reason: 'Building',
    message: 'the build has ended; the operator is reading its log',
  });
  return answer.is === 'known' ? { is: 'log', text: answer.value } : answer;
}

/** Requests for a log before the exit code alone classifies the failure; a lost node takes its logs with it. */
const logTries = 3;

/** A Pod usually appears within a second. After this pause the operator reads the Events for the cause. */
const podPatience = seconds(2);

function withPod(
  { now, patience }: Seen<'now' | 'patience'>,
  known: Knowledge,
  at: Running,
  pod: PodState,
): Situation | Failed | NotMountable {
  const { goal, run, build } = at;
  // The end of one container does not end the build.
  const building = (until: Instant | null): Situation => ({
    is: 'building',
    goal,
    build: { ...build, completionTime: null },
    until,
  });
  const deadline = run.createdAt + seconds(goal.spec.timeoutSeconds);
  if (pod.deletedAt === null && pod.unschedulable !== '') {
    return now < deadline ? building(deadline) : failedNow(now, at, unstarted(goal, pod.unschedulable));
  }
  const pull = pod.deletedAt === null ? failedBasePull(run) : undefined;
  if (pull !== undefined) {
    const until = known.unchangedSince(pod) + seconds(patience.imagePullGraceSeconds);
    return withFailedPull(now, at, pull, until) ?? building(until);
  }
  const problem =
    pod.deletedAt === null
      ? waitingProblem(pod, now, known.unchangedSince(pod), seconds(patience.imagePullGraceSeconds))
      : overdueDeletion(pod, now);
  switch (problem.is) {
    case 'none':
      return building(null);
    case 'wait':
      return building(problem.until);
    case 'failed':
      return failedNow(now, at, problem.failure);
  }
}

/**
 * The node fails to pull the base of a mounted build. Only this leads to an unpacked one: what the cluster refuses at admission
 * stays refused. undefined: the kubelet may still succeed.
 */
function withFailedPull(
  now: Instant,
  at: Running,
  pull: FailedBasePull,
  until: Instant,
): Failed | NotMountable | undefined {
  const { goal, build } = at;
  const { unpackedAfter } = pull.row;
  const mayUnpack = goal.spec.platformSettings.build.base === 'Auto' && unpackedAfter !== 'never';
  if (now < until && !(mayUnpack && unpackedAfter === 'now')) {
    return undefined;
  }
  return mayUnpack ? { is: 'notMountable', goal, build } : failedNow(now, at, basePullFailure(pull));
}

/** What helps where a policy of the cluster does not let a Pod run on the base. */
function refusedBase({ identity }: BuildRun): string {
  return identity.base === 'Mounted'
    ? '; if the policy is about the base image, use another one, or ask the administrator to set build.base: Unpacked in the configuration'
    : '';
}

function unstarted({ spec }: Goal, why: string): Failure {
  return failureOf('BuildTimeout', `the build could not start within ${spec.timeoutSeconds} s: ${why}`);
}

/** A Job without a Pod. The Job does not show a refused Pod, but the Events of the Job controller do. */
function withoutPod(now: Instant, known: Knowledge, at: Running): Situation | Failed {
  const { goal, run, build } = at;
  const deadline = run.createdAt + seconds(goal.spec.timeoutSeconds);
  const asked = run.createdAt + podPatience;
  if (now < asked) {
    return { is: 'building', goal, build, until: asked };
  }
  const question = { ask: 'podRefusal', job: run.job } as const;
  const refusal = known.needs(question, {
    goal,
    build,
    reason: 'Building',
    message: 'the build waits for its Pod',
  });
  if (refusal.is !== 'known') {
    return refusal;
  }
  const askedAt = known.askedAt(question) ?? now;
  // A Pod that is missing for long is missing for longer.
  const pause = Math.max(seconds(15), Math.min(seconds(300), (askedAt - run.createdAt) / 2));
  const again = askedAt + pause;
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
        failure: failureOf('BuildPodRefused', `${refused.message}${refusedBase(run)}`),
        build: ended(now, build),
        until: null,
      };
    case 'passing':
    case undefined:
      return now < deadline
        ? { is: 'building', goal, build, until: Math.min(again, deadline) }
        : failedNow(now, at, unstarted(goal, refusal.value ?? 'no Pod was created for it'));
  }
}
