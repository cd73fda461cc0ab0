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

/** Where a build stands whose Job is there, before the status holds its end. */
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

/** The record of a build that is over now. */
function ended(seen: Observation, build: BuildRecord): BuildRecord {
  return { ...build, completionTime: build.completionTime ?? seen.now };
}

/** The log of the container that failed; '' once it is given up. */
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
    message: 'the build has ended; its log is being read',
  });
  return answer.is === 'known' ? { is: 'log', text: answer.value } : answer;
}

/** If the node is gone, so is the log: the failure is classified by exit code after this many requests. */
const logTries = 3;

function isGivenUp(seen: Observation, question: Question): boolean {
  const answer = lastAnswer(seen.answers, question);
  return answer !== undefined && answer.reply.is === 'failed' && answer.failures >= logTries;
}

/** A Pod appears within a second; only then the Events are asked why there is none. */
const podPatience = seconds(2);

function running(seen: Observation, goal: Goal, run: BuildRun, build: BuildRecord): Situation {
  const { pod } = run;
  if (pod === null) {
    return withoutPod(seen, goal, run, build);
  }
  // A container that has ended does not end the build.
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

/** A Job does not show that its Pod is refused: the Events of the Job controller do. */
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
