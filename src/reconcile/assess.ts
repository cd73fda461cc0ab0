import { type Failure, failureOf } from '../api/failure.ts';
import { isFailureReason, isInfrastructureCause } from '../api/reasons.ts';
import { seconds } from '../api/time.ts';
import { packageCredentials } from '../build/containers.ts';
import { outcomeOf } from '../build/outcome.ts';
import { type BuildRun, hasEnded } from '../build/run.ts';
import type { Plan } from '../dockerfile/plan.ts';
import { inputHash } from '../spec/inputHash.ts';
import { conclude, tagged } from './conclude.ts';
import { findBases, needs } from './facts.ts';
import type { Observation } from './observation.ts';
import { type Question, questionKey } from './question.ts';
import { firstRecord, nextAttempt, recordOfRun, recordOfStatus, settingsOf } from './record.ts';
import type { BuildRecord, Goal, Situation } from './situation.ts';

/**
 * The state machine: names where the resource stands. Read it from top to bottom; the first answer holds.
 */
export function assess(seen: Observation): Situation {
  const runs = seen.builds.filter((run) => !run.deleting);
  const unended = runs.filter((run) => !hasEnded(run));
  if (!seen.plan.ok) {
    const running = unended[0];
    return running === undefined ? stalled(seen.plan) : { is: 'superseded', run: running };
  }
  const found = findBases(seen, seen.plan.value);
  if (found.is !== 'found') {
    return found;
  }
  const goal = goalOf(seen.plan.value, found.bases);
  const wanted = runs.filter((run) => builds(run, goal));
  const old = unended.find((run) => !wanted.includes(run));
  if (old !== undefined) {
    return { is: 'superseded', run: old };
  }
  const newest = wanted.toSorted(byAge).at(-1);
  if (newest !== undefined) {
    return fromRun(seen, goal, newest);
  }
  return fromStatus(seen, goal);
}

function stalled(plan: { readonly failure: Failure }): Situation {
  return { is: 'stalled', goal: null, failure: plan.failure, build: null, until: null };
}

function goalOf({ spec, finalImage }: Plan, bases: Goal['bases']): Goal {
  const finalBase = bases.find(({ image }) => image === finalImage) ?? null;
  return { spec, bases, finalBase, inputHash: inputHash(spec, bases) };
}

function builds(run: BuildRun, goal: Goal): boolean {
  return run.identity.inputHash === goal.inputHash && run.identity.repository === goal.spec.repository;
}

function byAge(a: BuildRun, b: BuildRun): number {
  return a.identity.number - b.identity.number || a.identity.attempt - b.identity.attempt;
}

/** A Job of this goal exists. */
function fromRun(seen: Observation, goal: Goal, run: BuildRun): Situation {
  const build = recordOfRun(seen, run);
  const recorded = seen.status.build;
  if (recorded?.jobUID === run.job.uid && recorded.completionTime !== undefined) {
    return fromRecorded(seen, goal, run.identity.settings !== settingsOf(goal.spec));
  }
  const log = run.pod === null ? null : failedLog(seen, goal, run);
  const outcome = log !== null && log.is !== 'log' ? log : outcomeOf(run, goal.spec, log === null ? null : log.text);
  switch (outcome.is) {
    case 'asking':
    case 'waiting':
    case 'stalled':
      return outcome;
    case 'running':
      return running(seen, goal, run, build);
    case 'needsLog':
      throw new Error('the log was asked for and not given');
    case 'failed':
      return afterFailure(seen, goal, { ...build, completionTime: build.completionTime ?? seen.now }, outcome.failure);
    case 'pushed':
      return conclude(seen, goal, build, outcome.image);
  }
}

type LogOrSituation =
  | { readonly is: 'log'; readonly text: string | null }
  | Extract<Situation, { is: 'asking' | 'waiting' | 'stalled' }>;

/** The log of the failed container, when the outcome wants one. */
function failedLog(seen: Observation, goal: Goal, run: BuildRun): LogOrSituation {
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
  const key = questionKey(question);
  const answer = seen.answers.find((candidate) => questionKey(candidate.question) === key);
  return answer !== undefined && answer.reply.is === 'failed' && answer.failures >= logTries;
}

function running(seen: Observation, goal: Goal, run: BuildRun, build: BuildRecord): Situation {
  const deadline = run.createdAt + seconds(goal.spec.timeoutSeconds);
  const unscheduled = run.pod === null || run.pod.unschedulable !== '';
  if (unscheduled && seen.now >= deadline) {
    const why = run.pod === null ? 'no Pod was created for it' : run.pod.unschedulable;
    const failure = failureOf('BuildTimeout', `the build could not start within ${goal.spec.timeoutSeconds} s: ${why}`);
    return { is: 'stalled', goal, failure, build: { ...build, completionTime: seen.now }, until: null };
  }
  return { is: 'building', goal, build, until: unscheduled ? deadline : null };
}

/** The status already holds the result of the newest build of this goal. */
function fromRecorded(seen: Observation, goal: Goal, settingsChanged: boolean): Situation {
  const record = recordOfStatus(seen, goal);
  if (record === null) {
    return due(seen, goal, firstRecord(seen, goal));
  }
  const image = seen.status.build?.image;
  if (image !== undefined) {
    const reason = seen.status.conditions?.find(({ type }) => type === 'Built')?.reason;
    return tagged(seen, goal, record, {
      image,
      digest: image.slice(image.indexOf('@') + 1),
      sizeBytes: seen.status.imageSizeBytes ?? null,
      reason: reason === 'ImageReused' ? 'ImageReused' : 'BuildSucceeded',
    });
  }
  if (settingsChanged) {
    return due(seen, goal, firstRecord(seen, goal));
  }
  return afterFailure(seen, goal, record, recordedFailure(seen));
}

function recordedFailure(seen: Observation): Failure {
  const { failure } = seen.status;
  return {
    reason: failure !== undefined && isFailureReason(failure.reason) ? failure.reason : 'BuilderFailed',
    message: failure?.message ?? 'the last build failed',
    packages: failure?.packages ?? [],
    ...(failure?.log === undefined ? {} : { log: failure.log }),
  };
}

/** No Job of this goal is there. */
function fromStatus(seen: Observation, goal: Goal): Situation {
  const recorded = seen.status.build;
  const record = recordOfStatus(seen, goal);
  if (recorded === undefined || record === null) {
    return due(seen, goal, firstRecord(seen, goal));
  }
  if (recorded.completionTime !== undefined) {
    return fromRecorded(seen, goal, seen.status.observedGeneration !== seen.self.generation);
  }
  if (record.job === null) {
    return due(seen, goal, record);
  }
  const gone = failureOf('BuildPodDeleted', `the Job ${record.job.name} is gone, and its result with it`);
  return afterFailure(seen, goal, { ...record, completionTime: seen.now }, gone);
}

/** A build is wanted: what must hold before its Job is created. */
function due(seen: Observation, goal: Goal, build: BuildRecord): Situation {
  const { spec } = goal;
  if (spec.suspend) {
    return { is: 'suspended', goal };
  }
  const context = {
    goal,
    build: null,
    reason: 'Pending',
    message: 'the access to the output repository is being tested',
  } as const;
  const known = (seen.status.history ?? []).find(
    (entry) => entry.inputHash === goal.inputHash && entry.image?.startsWith(`${spec.repository}@`),
  );
  if (known?.image !== undefined) {
    const there = needs(
      seen,
      { ask: 'image', reference: known.image, secret: spec.pushSecret, platform: spec.platform },
      context,
    );
    if (there.is !== 'known') {
      return there;
    }
    if (there.value !== null) {
      const reused: BuildRecord = { ...build, job: null, startTime: seen.now, completionTime: seen.now };
      return tagged(seen, goal, reused, {
        image: known.image,
        digest: there.value.digest,
        sizeBytes: there.value.sizeBytes,
        reason: 'ImageReused',
      });
    }
  }
  const credentials = packageCredentials(spec);
  if (credentials !== null) {
    const there = needs(seen, { ask: 'netrc', secret: credentials }, context);
    if (there.is !== 'known') {
      return there;
    }
  }
  const access = needs(seen, { ask: 'pushAccess', repository: spec.repository, secret: spec.pushSecret }, context);
  if (access.is !== 'known') {
    return access;
  }
  return { is: seen.turn === 'mayStart' ? 'due' : 'queued', goal, build };
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
function afterFailure(seen: Observation, goal: Goal, build: BuildRecord, failure: Failure): Situation {
  const { attempt } = build.identity;
  const ended = build.completionTime ?? seen.now;
  const fast = isInfrastructureCause(failure.reason) && attempt <= goal.spec.retries;
  const slow =
    (isInfrastructureCause(failure.reason) || failure.reason === 'PushFailed') &&
    attempt <= goal.spec.retries + slowRetries;
  if (!fast && !slow) {
    return { is: 'stalled', goal, failure, build, until: null };
  }
  const until = ended + (fast ? Math.min(longestBackoff, firstBackoff * 2 ** (attempt - 1)) : slowRetry);
  const isRecorded =
    seen.status.build?.number === build.identity.number &&
    seen.status.build.attempt === attempt &&
    seen.status.build.completionTime !== undefined;
  if (seen.now >= until && isRecorded) {
    return due(seen, goal, nextAttempt(seen, build));
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
