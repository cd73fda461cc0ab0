import type { Failure } from '../../api/failure.ts';
import type { BuildReason, HistoryEntry, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { isFailureReason, isOfCheck } from '../../api/reasons/failureReasons.ts';
import { isReadyReason, precedesBuild } from '../../api/reasons/reasons.ts';
import { type Instant, parseRfc3339 } from '../../api/time.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { inputHash, sha256 } from '../../imagespec/inputHash.ts';
import { type BuildIdentity, requestMark } from '../../kaniko/identity.ts';
import type { BuildRun } from '../../kaniko/run.ts';
import { platformHash } from '../hashes/platformHash.ts';
import type { Seen } from './observation.ts';
import type { BuildRecord, Goal } from './situation.ts';

/**
 * Hash of the settings whose change clears a recorded failure. Settings that cannot help are left out. Platform settings for
 * launches are left out too: a Hub's upgrade must not try every failed build again. `platformHash` covers the platform's
 * part of the build Pod, and only for failures that it can cause.
 */
export function settingsOf(spec: EffectiveSpec): string {
  const { platformSettings: _, ...wanted } = spec;
  const { policy, hubVersion, hubVersionFrom, profiles } = spec.hub;
  const hub = { policy, profiles, hubVersion: hubVersionFrom === 'spec' ? hubVersion : null };
  return sha256(JSON.stringify({ ...wanted, hub, historyLimit: 0, suspend: false, display: null }));
}

/** Why a build starts. */
export interface Cause {
  readonly reasons: readonly BuildReason[];
  /** Mark of the request that the build answers; null: there is none. */
  readonly rebuild: string | null;
}

/** Why a build of this goal starts, as far as spec and bases show. */
export function causeOf({ status }: Seen<'status'>, goal: Goal): Cause {
  const before = new Map((status.bases ?? []).map(({ image, digest }) => [image, digest]));
  const isMoved = goal.bases.some(({ image, digest }) => before.has(image) && before.get(image) !== digest);
  const onOldBases = goal.bases.map((base) => ({ ...base, digest: before.get(base.image) ?? base.digest }));
  const isEdited = !isMoved || inputHash(goal.spec, onOldBases) !== status.build?.inputHash;
  const reasons: BuildReason[] = [
    ...(isEdited ? ['SpecChanged' as const] : []),
    ...(isMoved ? ['BaseChanged' as const] : []),
  ];
  return { reasons, rebuild: null };
}

/** The record of a build that has not begun. */
export function firstRecord(seen: Seen<'now' | 'status' | 'builds'>, goal: Goal, cause: Cause): BuildRecord {
  const highest = Math.max(0, seen.status.build?.number ?? 0, ...seen.builds.map(({ identity }) => identity.number));
  return {
    identity: {
      number: highest + 1,
      attempt: 1,
      firstAttempt: 1,
      inputHash: goal.inputHash,
      repository: goal.spec.repository,
      pushMode: goal.spec.pushMode,
      settings: settingsOf(goal.spec),
      platform: platformHash(goal.spec.platformSettings),
      reasons: [...cause.reasons],
      changes: [],
      bases: [],
      rebuild: cause.rebuild,
      retry: null,
      base: null,
      baseReason: '',
      secrets: '',
    },
    job: null,
    image: null,
    queuedTime: seen.now,
    startTime: null,
    completionTime: null,
  };
}

/** The next attempt of the same build, automatic or requested (`retry`: the mark of the request). */
export function nextAttempt(now: Instant, goal: Goal, build: BuildRecord, retry: string | null): BuildRecord {
  const { identity } = build;
  const attempt = identity.attempt + 1;
  return {
    identity: {
      ...identity,
      attempt,
      firstAttempt: retry === null ? identity.firstAttempt : attempt,
      settings: settingsOf(goal.spec),
      platform: platformHash(goal.spec.platformSettings),
      reasons: retry === null || identity.reasons.includes('Retry') ? identity.reasons : [...identity.reasons, 'Retry'],
      retry: retry ?? identity.retry,
      base: null,
      baseReason: '',
    },
    job: null,
    image: null,
    queuedTime: now,
    startTime: null,
    completionTime: null,
  };
}

/** The attempt after one whose base the node could not pull. The failed one was none of the build, so it costs no retry. */
export function unpackedAttempt(now: Instant, goal: Goal, build: BuildRecord): BuildRecord {
  const next = nextAttempt(now, goal, build, null);
  return { ...next, identity: { ...next.identity, firstAttempt: build.identity.firstAttempt + 1 } };
}

/** The record of a build whose Job exists. */
export function recordOfRun({ status, now }: Seen<'status' | 'now'>, run: BuildRun): BuildRecord {
  const recorded =
    status.build?.number === run.identity.number && status.build.attempt === run.identity.attempt
      ? status.build
      : undefined;
  return {
    identity: run.identity,
    job: { name: run.job.name, uid: run.job.uid },
    image: recorded?.image ?? null,
    queuedTime: instant(recorded?.queuedTime) ?? run.createdAt,
    startTime: run.createdAt,
    completionTime: instant(recorded?.completionTime) ?? endOf(run, now),
  };
}

/** The end by the node's clock, which may be wrong. So it is limited to the time from the build's start to now. */
function endOf({ createdAt, pod }: BuildRun, now: Instant): Instant | null {
  // Whole seconds, as in the status, so that the recorded time compares equal.
  const wholeSeconds = (at: Instant) => Math.floor(at / 1000) * 1000;
  return pod === null || pod.endedAt === null ? null : Math.max(createdAt, Math.min(pod.endedAt, wholeSeconds(now)));
}

/** The build in the status, if its goal is this one. */
export function recordOfStatus({ status, self }: Seen<'status' | 'self'>, goal: Goal): BuildRecord | null {
  const { build } = status;
  if (build === undefined || build.inputHash !== goal.inputHash) {
    return null;
  }
  if (build.image !== undefined && !build.image.startsWith(`${goal.spec.repository}@`)) {
    return null;
  }
  const settings = settingsOf(goal.spec);
  const isRebuilt = build.reasons.includes('RebuildRequested') && status.lastHandledRebuild !== undefined;
  const identity: BuildIdentity = {
    number: build.number,
    attempt: build.attempt,
    // A requested retry that waits for a slot.
    firstAttempt: build.jobUID === undefined && build.reasons.includes('Retry') ? build.attempt : 1,
    inputHash: build.inputHash,
    repository: goal.spec.repository,
    pushMode: goal.spec.pushMode,
    // An older operator wrote no hash: any edit counts.
    settings: build.settingsHash ?? (status.observedGeneration === self.generation ? settings : ''),
    platform: build.platformHash ?? '',
    reasons: [...build.reasons],
    changes: [...(build.changes ?? [])],
    bases: [],
    rebuild: isRebuilt ? requestMark(status.lastHandledRebuild) : null,
    retry: null,
    base: build.base ?? null,
    baseReason: build.baseReason ?? '',
    secrets: '',
  };
  return {
    identity,
    job: build.jobName === undefined || build.jobUID === undefined ? null : { name: build.jobName, uid: build.jobUID },
    image: build.image ?? null,
    queuedTime: instant(build.queuedTime),
    startTime: instant(build.startTime),
    completionTime: instant(build.completionTime),
  };
}

function instant(text: string | undefined): number | null {
  return text === undefined ? null : (parseRfc3339(text) ?? null);
}

/** The failure of the last build, from the status. */
export function recordedFailure(status: ImageSpecStatus): Failure {
  const { failure, build } = status;
  // An obstacle before a build, since gone, may have replaced the build's own failure.
  const reason = (isOfBuild(status) ? undefined : failedEntry(status)?.reason) ?? failure?.reason ?? '';
  const isKept = failure !== undefined && reason === failure.reason;
  return {
    reason: isFailureReason(reason) ? reason : 'BuilderFailed',
    message: isKept ? failure.message : `build ${build?.number ?? ''} failed; ask for a retry to see why`,
    packages: isKept ? (failure.packages ?? []) : [],
    ...(isKept && failure.log !== undefined ? { log: failure.log } : {}),
  };
}

function isOfBuild(status: ImageSpecStatus): boolean {
  const { failure } = status;
  return (
    failure !== undefined &&
    (!(isReadyReason(failure.reason) && precedesBuild(failure.reason)) ||
      failedEntry(status)?.reason === failure.reason)
  );
}

function failedEntry({ history, build }: ImageSpecStatus): HistoryEntry | undefined {
  return history?.find(({ number, result }) => number === build?.number && result !== 'Succeeded');
}

/**
 * The failure of the last attempt, if an obstacle before the next attempt must leave it in the status: a retry of this goal
 * depends on it, or the history does not hold it.
 * @param goal null: the obstacle is one before any goal, such as an invalid spec
 */
export function failureToKeep(status: ImageSpecStatus, goal: Goal | null): ImageSpecStatus['failure'] {
  const { failure, build } = status;
  const isNeeded = goal === null ? failedEntry(status) === undefined : build?.inputHash === goal.inputHash;
  const isFailed =
    build?.completionTime !== undefined &&
    failure !== undefined &&
    (build.image === undefined || (isFailureReason(failure.reason) && isOfCheck(failure.reason)));
  return isNeeded && isFailed && isOfBuild(status) ? failure : undefined;
}

/** Order of builds: by number, then by attempt. */
export function byAge(a: BuildRun, b: BuildRun): number {
  return a.identity.number - b.identity.number || a.identity.attempt - b.identity.attempt;
}
