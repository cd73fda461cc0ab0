import type { Failure } from '../api/failure.ts';
import type { Condition, FailureStatus, HistoryEntry, ImageSpecStatus } from '../api/imagespec.generated.ts';
import { isInfrastructureCause } from '../api/reasons.ts';
import { toRfc3339 } from '../api/time.ts';
import { conditionsOf } from './conditions.ts';
import type { Observation } from './observation.ts';
import type { BuildRecord, Goal, Situation } from './situation.ts';

/** Longest texts that the CRD takes, in characters. */
const bounds = { message: 1024, log: 8192, packages: 64, packageName: 256 };

/** The status that belongs to a situation: total, and cut to the CRD's bounds. Same situation, same status. */
export function statusOf(seen: Observation, at: Situation): ImageSpecStatus {
  const { status, self } = seen;
  if (at.is === 'superseded') {
    return status;
  }
  const { failure: _, base: __, bases: ___, ...kept } = status;
  const failure = failureStatus(at);
  const goal = goalIn(at);
  const build = buildIn(at);
  return {
    ...kept,
    observedGeneration: self.generation,
    conditions: conditionsOf(seen, at).map((condition) => keepTransition(condition, status)),
    ...bases(seen, goal),
    ...(build === null ? {} : { build: buildStatus(build, at) }),
    ...(at.is === 'done'
      ? {
          image: at.image,
          tags: at.tags,
          ...(at.sizeBytes === null ? {} : { imageSizeBytes: at.sizeBytes }),
        }
      : {}),
    ...history(seen, at, build),
    ...(failure === undefined ? {} : { failure }),
  };
}

function goalIn(at: Situation): Goal | null {
  return at.is === 'superseded' ? null : at.goal;
}

/** The build that the status speaks of; one that waits for facts only is not yet a build. */
function buildIn(at: Situation): BuildRecord | null {
  switch (at.is) {
    case 'superseded':
    case 'suspended':
    case 'due':
      return null;
    case 'asking':
    case 'waiting':
    case 'queued':
    case 'building':
    case 'tagging':
    case 'stalled':
    case 'done':
      return at.build;
  }
}

function bases({ now, status }: Observation, goal: Goal | null): Partial<ImageSpecStatus> {
  if (goal === null) {
    return {
      ...(status.base === undefined ? {} : { base: status.base }),
      ...(status.bases === undefined ? {} : { bases: status.bases }),
    };
  }
  const last = goal.finalBase;
  const same = last !== null && status.base?.image === last.image && status.base.digest === last.digest;
  return {
    ...(last === null
      ? {}
      : {
          base: {
            ...last,
            resolvedTime: same && status.base !== undefined ? status.base.resolvedTime : toRfc3339(now),
          },
        }),
    bases: goal.bases.map(({ image, digest }) => ({ image, digest })),
  };
}

function buildStatus(build: BuildRecord, at: Situation): NonNullable<ImageSpecStatus['build']> {
  const { identity, job, queuedTime, startTime, completionTime } = build;
  const ended = at.is === 'done' || at.is === 'stalled' || at.is === 'waiting';
  return {
    number: identity.number,
    attempt: identity.attempt,
    inputHash: identity.inputHash,
    reasons: build.reasons,
    ...(job === null ? {} : { jobName: job.name, jobUID: job.uid }),
    ...(at.is === 'done' ? { image: at.image } : {}),
    ...(queuedTime === null ? {} : { queuedTime: toRfc3339(queuedTime) }),
    ...(startTime === null ? {} : { startTime: toRfc3339(startTime) }),
    ...(ended && completionTime !== null ? { completionTime: toRfc3339(completionTime) } : {}),
  };
}

function failureStatus(at: Situation): FailureStatus | undefined {
  if (at.is === 'stalled') {
    return writeFailure(at.failure, retriedSlowly(at.failure) ? at.until : null);
  }
  if (at.is === 'waiting' && at.failure !== null) {
    return writeFailure(at.failure, at.build === null ? null : at.until);
  }
  return undefined;
}

/** Failures whose next attempt is announced; others are looked at again without a promise. */
function retriedSlowly({ reason }: Failure): boolean {
  return isInfrastructureCause(reason) || reason === 'PushFailed';
}

function writeFailure(failure: Failure, until: number | null): FailureStatus {
  return {
    reason: failure.reason,
    message: failure.message.slice(0, bounds.message),
    ...(failure.packages.length === 0
      ? {}
      : { packages: failure.packages.slice(0, bounds.packages).map((name) => name.slice(0, bounds.packageName)) }),
    ...(failure.log === undefined || failure.log === '' ? {} : { log: failure.log.slice(-bounds.log) }),
    ...(until === null ? {} : { nextAttemptTime: toRfc3339(until) }),
  };
}

/** A finished build enters the history once, by its number. */
function history(seen: Observation, at: Situation, build: BuildRecord | null): Partial<ImageSpecStatus> {
  const before = seen.status.history ?? [];
  if (build === null || build.completionTime === null || (at.is !== 'done' && at.is !== 'stalled')) {
    return {};
  }
  const entry: HistoryEntry = {
    number: build.identity.number,
    result: at.is === 'done' ? 'Succeeded' : 'Failed',
    reason: at.is === 'done' ? at.reason : at.failure.reason,
    ...(at.is === 'done' ? { image: at.image } : {}),
    inputHash: build.identity.inputHash,
    reasons: build.reasons,
    ...(build.startTime === null ? {} : { startTime: toRfc3339(build.startTime) }),
    completionTime: toRfc3339(build.completionTime),
  };
  const others = before.filter(({ number }) => number !== entry.number);
  const limit = at.goal?.spec.historyLimit ?? 5;
  return { history: [entry, ...others].toSorted((a, b) => b.number - a.number).slice(0, limit) };
}

/** `lastTransitionTime` moves with the condition's status only (Kubernetes API conventions). */
function keepTransition(condition: Condition, before: ImageSpecStatus): Condition {
  const old = before.conditions?.find(({ type }) => type === condition.type);
  return old?.status === condition.status ? { ...condition, lastTransitionTime: old.lastTransitionTime } : condition;
}
