import { conditionOf } from '../../api/conditions.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import type { Condition, FailureStatus, HistoryEntry, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { retryOf } from '../../api/reasons/failureReasons.ts';
import { toRfc3339 } from '../../api/time.ts';
import { contentsConfigMapName } from '../../jupyterhub/contents/configMap.ts';
import { tailOf } from '../../text/cut.ts';
import type { Seen } from '../model/observation.ts';
import { failureToKeep } from '../model/record.ts';
import type { BuildRecord, Goal, Reported } from '../model/situation.ts';
import type { Standing } from '../model/standing.ts';
import { cancelledMessage, conditionsOf } from './conditions.ts';
import { fitStatus } from './fit.ts';
import { handledRequests } from './handled.ts';
import { hubStatus } from './jupyterHub.ts';
import { tagsStatus } from './tagged.ts';

/** Longest end of a log that the CRD accepts; `fitStatus` would cut a longer one at the wrong side. */
const longestLog = 8192;

/** The whole status of an ImageSpec, within the CRD's bounds. */
export function statusOf(standing: Standing): ImageSpecStatus {
  const whole = wholeStatus(standing);
  return fitStatus(whole);
}

function wholeStatus(standing: Standing): ImageSpecStatus {
  const { seen, build: at } = standing;
  const { status, self } = seen;
  if (at.is === 'superseded') {
    return status;
  }
  if (at.is === 'salvaged') {
    return { ...status, history: withEntry(status.history ?? [], at.entry, historyLimitOf(seen)) };
  }
  const { failure: _, base: __, bases: ___, jupyterHub: ____, tags: _____, ...kept } = status;
  const failure = failureStatus(status, at);
  const build = buildIn(at);
  return {
    ...kept,
    observedGeneration: self.generation,
    ...basesStatus(seen, at.goal, build),
    ...(build === null ? {} : { build: buildStatus(build) }),
    ...(at.is === 'done'
      ? {
          image: at.good.image,
          ...(at.good.sizeBytes === null ? {} : { imageSizeBytes: at.good.sizeBytes }),
        }
      : {}),
    ...history(seen, at, build),
    ...contentsStatus(seen, at),
    ...(failure === undefined ? {} : { failure }),
    conditions: conditionsOf(standing, at).map((condition) => keepTransition(condition, status)),
    ...tagsStatus(seen, at),
    ...hubStatus(standing),
    ...handledRequests(standing, at, build),
  };
}

/** The build that the status shows; a build that only waits for facts does not count yet. */
function buildIn(at: Reported): BuildRecord | null {
  switch (at.is) {
    case 'suspended':
    case 'due':
      return null;
    case 'asking':
    case 'waiting':
    case 'queued':
    case 'building':
    case 'tagging':
    case 'verifying':
    case 'stalled':
    case 'cancelled':
    case 'done':
      return at.build;
  }
}

/**
 * The bases of the goal. The previous build's bases stay until the status holds the new build, because their difference
 * starts it.
 */
function basesStatus(
  { now, status }: Seen<'now' | 'status'>,
  goal: Goal | null,
  build: BuildRecord | null,
): Partial<ImageSpecStatus> {
  if (goal === null || (build === null && status.build !== undefined && status.build.inputHash !== goal.inputHash)) {
    return {
      ...(status.base === undefined ? {} : { base: status.base }),
      ...(status.bases === undefined ? {} : { bases: status.bases }),
    };
  }
  const last = goal.finalBase;
  const same = last !== null && status.base?.image === last.image && status.base.digest === last.digest;
  const isNotified = goal.spec.baseUpdate.policy !== 'Ignore' && goal.available !== null;
  return {
    ...(last === null
      ? {}
      : {
          base: {
            // Field by field: the API server would prune an unknown field, and each pass would write it again.
            image: last.image,
            digest: last.digest,
            user: last.user,
            ...(last.env === undefined ? {} : { env: last.env.map(({ name, value }) => ({ name, value })) }),
            resolvedTime: same && status.base !== undefined ? status.base.resolvedTime : toRfc3339(now),
            ...(isNotified ? { availableDigest: goal.available } : {}),
          },
        }),
    bases: goal.bases.map(({ image, digest }) => ({ image, digest })),
  };
}

/** Reference to the list of packages, once it exists. */
function contentsStatus(
  { listedImage, self }: Seen<'listedImage' | 'self'>,
  at: Reported,
): Pick<ImageSpecStatus, 'contents'> {
  return at.is === 'done' && listedImage === at.good.image
    ? { contents: { configMapName: contentsConfigMapName(self.name), digest: at.good.digest } }
    : {};
}

function buildStatus(build: BuildRecord): NonNullable<ImageSpecStatus['build']> {
  const { identity, job, image, queuedTime, startTime, completionTime } = build;
  return {
    number: identity.number,
    attempt: identity.attempt,
    inputHash: identity.inputHash,
    settingsHash: identity.settings,
    ...(identity.platform === '' ? {} : { platformHash: identity.platform }),
    reasons: identity.reasons,
    ...(identity.changes.length === 0 ? {} : { changes: identity.changes }),
    ...(job === null ? {} : { jobName: job.name, jobUID: job.uid }),
    ...(image === null ? {} : { image }),
    ...(identity.base === null ? {} : { base: identity.base }),
    ...(identity.baseReason === '' ? {} : { baseReason: identity.baseReason }),
    ...(queuedTime === null ? {} : { queuedTime: toRfc3339(queuedTime) }),
    ...(startTime === null ? {} : { startTime: toRfc3339(startTime) }),
    ...(completionTime !== null ? { completionTime: toRfc3339(completionTime) } : {}),
  };
}

function failureStatus(before: ImageSpecStatus, at: Reported): FailureStatus | undefined {
  if (at.is === 'stalled') {
    const kept = at.build === null ? failureToKeep(before, at.goal) : undefined;
    return kept ?? writeFailure(at.failure, isTriedAgain(at.failure) ? at.until : null);
  }
  if (at.is === 'waiting' && at.failure !== null) {
    return writeFailure(at.failure, at.until);
  }
  if (at.is === 'cancelled') {
    return writeFailure(failureOf('Cancelled', cancelledMessage), null);
  }
  return isBeforeBuild(at) ? before.failure : undefined;
}

/**
 * Whether the last build, or the checks of its image, have no successor that ended. Only the status holds their failure and
 * the time of the next attempt. Preparations for that attempt must not erase it.
 */
function isBeforeBuild(at: Reported): boolean {
  const build = buildIn(at);
  return build === null || (at.is === 'asking' && build.image !== null);
}

/** Failures that set nextAttemptTime. */
function isTriedAgain({ reason }: Failure): boolean {
  return retryOf(reason) !== 'never';
}

function writeFailure(failure: Failure, until: number | null): FailureStatus {
  return {
    reason: failure.reason,
    message: failure.message,
    ...(failure.packages.length === 0 ? {} : { packages: failure.packages }),
    ...(failure.log === undefined || failure.log === '' ? {} : { log: tailOf(failure.log, longestLog) }),
    ...(until === null ? {} : { nextAttemptTime: toRfc3339(until) }),
  };
}

/** Adds a finished build to the history, once per number. */
function history(seen: Seen<'status' | 'plan'>, at: Reported, build: BuildRecord | null): Partial<ImageSpecStatus> {
  const before = seen.status.history ?? [];
  const end = endOf(at);
  const limit = historyLimitOf(seen);
  if (build === null || build.completionTime === null || end === undefined) {
    return before.length > limit ? { history: before.slice(0, limit) } : {};
  }
  const { identity, image, startTime, completionTime } = build;
  const entry: HistoryEntry = {
    number: identity.number,
    ...end,
    ...(image === null ? {} : { image }),
    inputHash: identity.inputHash,
    reasons: identity.reasons,
    ...(startTime === null ? {} : { startTime: toRfc3339(startTime) }),
    completionTime: toRfc3339(completionTime),
  };
  return { history: withEntry(before, entry, limit) };
}

function endOf(at: Reported): Pick<HistoryEntry, 'result' | 'reason'> | undefined {
  switch (at.is) {
    case 'done':
      return { result: 'Succeeded', reason: at.good.reason };
    case 'stalled':
      return { result: at.failure.reason === 'Cancelled' ? 'Cancelled' : 'Failed', reason: at.failure.reason };
    case 'cancelled':
      return { result: 'Cancelled', reason: 'Cancelled' };
    case 'asking':
    case 'waiting':
    case 'suspended':
    case 'queued':
    case 'due':
    case 'building':
    case 'tagging':
    case 'verifying':
      return undefined;
  }
}

function withEntry(before: readonly HistoryEntry[], entry: HistoryEntry, limit: number): readonly HistoryEntry[] {
  const others = before.filter(({ number }) => number !== entry.number);
  return [entry, ...others].toSorted((a, b) => b.number - a.number).slice(0, limit);
}

const defaultHistoryLimit = 5;

function historyLimitOf({ plan }: Seen<'plan'>): number {
  return plan.ok ? plan.value.spec.historyLimit : defaultHistoryLimit;
}

/** `lastTransitionTime` moves with the condition's status only (Kubernetes API conventions). */
function keepTransition(condition: Condition, before: ImageSpecStatus): Condition {
  const old = conditionOf(before, condition.type);
  return old?.status === condition.status ? { ...condition, lastTransitionTime: old.lastTransitionTime } : condition;
}
