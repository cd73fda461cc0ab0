import { type Failure, failureOf } from '../../api/failure.ts';
import { type Instant, seconds } from '../../api/time.ts';
import { outcomeOf } from '../../kaniko/outcome.ts';
import { refusalOf } from '../../kaniko/refusals.ts';
import { type BuildRun, hasEnded } from '../../kaniko/run.ts';
import { overdueDeletion, waitingProblem } from '../../kaniko/waiting.ts';
import { needs, type Unknown } from '../model/needs.ts';
import type { Observation } from '../model/observation.ts';
import { lastAnswer, type Question } from '../model/question.ts';
import { recordOfRun } from '../model/record.ts';
import { unchangedSince } from '../model/sightings.ts';
import type { BuildRecord, Goal, Pushed, Situation } from '../model/situation.ts';
import { type Log, withLog } from '../model/withLog.ts';
import { afterFailure } from './afterFailure.ts';
import { confirmed } from './afterPush.ts';

/** State of a build with a Job, before the status holds its end. */
export function fromRun(seen: Observation, goal: Goal, run: BuildRun): Situation | Pushed {
  const build = recordOfRun(seen, run);
  if (!hasEnded(run)) {
    return running(seen, goal, run, build);
  }
  const outcome = withLog(
    (log) => outcomeOf(run, goal.spec, log),
    (container) => logOf(seen, goal, run, container),
  );
  switch (outcome.is) {
    case 'running':
      throw new Error('the build has ended, and its outcome is "running"');
    case 'asking':
    case 'waiting':
    case 'stalled':
      return outcome;
    case 'failed':
      return afterFailure(seen, goal, ended(seen, build), outcome.failure);
    case 'pushed':
      return confirmed(seen, goal, build, { image: outcome.image, reason: 'BuildSucceeded' });
  }
}

/** The record of a build that has just ended. */
function ended(seen: Observation, build: BuildRecord): BuildRecord {
  return { ...build, completionTime: build.completionTime ?? seen.now };
}

/** The log of the failed container; '' once the operator gives up on it. */
function logOf(seen: Observation, goal: Goal, run: BuildRun, container: string): Log | Unknown {
  if (run.pod === null) {
    return { is: 'log', text: '' };
  }
  const question = { ask: 'log', pod: run.pod.ref, container } as const;
  if (isGivenUp(seen, question)) {
    return { is: 'log', text: '' };
  }
  const answer = needs(seen, question, {
    goal,
    build: recordOfRun(seen, run),
    reason: 'Building',
    message: 'the build has ended; the operator is reading its log',
  });
  return answer.is === 'known' ? { is: 'log', text: answer.value } : answer;
}

/** Requests for a log before the exit code alone classifies the failure; a lost node takes its logs with it. */
const logTries = 3;

function isGivenUp(seen: Observation, question: Question): boolean {
  const answer = lastAnswer(seen.answers, question);
  return answer !== undefined && answer.reply.is === 'failed' && answer.failures >= logTries;
}

/** A Pod usually appears within a second. After this pause the operator reads the Events for the cause. */
const podPatience = seconds(2);

function running(seen: Observation, goal: Goal, run: BuildRun, build: BuildRecord): Situation {
  const { pod } = run;
  if (pod === null) {
    return withoutPod(seen, goal, run, build);
  }
  // The end of one container does not end the build.
  const building = (until: Instant | null): Situation => ({
    is: 'building',
    goal,
    build: { ...build, completionTime: null },
    until,
  });
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

/** A Job without a Pod. The Job does not show a refused Pod, but the Events of the Job controller do. */
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
    message: 'the build waits for its Pod',
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
