import { parseRfc3339 } from '../api/time.ts';
import type { BuildIdentity } from '../build/identity.ts';
import type { BuildRun } from '../build/run.ts';
import type { EffectiveSpec } from '../spec/effective.ts';
import { sha256 } from '../spec/inputHash.ts';
import type { Observation } from './observation.ts';
import type { BuildRecord, Goal } from './situation.ts';

/** Hash of what an edit may change besides the image, so that a mended setting leaves a failure. `historyLimit` mends nothing. */
export function settingsOf(spec: EffectiveSpec): string {
  return sha256(JSON.stringify({ ...spec, historyLimit: 0, suspend: false }));
}

/** The record of a build that has not begun. */
export function firstRecord(seen: Observation, goal: Goal): BuildRecord {
  const highest = Math.max(0, seen.status.build?.number ?? 0, ...seen.builds.map(({ identity }) => identity.number));
  return {
    identity: {
      number: highest + 1,
      attempt: 1,
      inputHash: goal.inputHash,
      repository: goal.spec.repository,
      pushMode: goal.spec.pushMode,
      settings: settingsOf(goal.spec),
    },
    job: null,
    reasons: ['SpecChanged'],
    queuedTime: seen.now,
    startTime: null,
    completionTime: null,
  };
}

/** The same build once more. */
export function nextAttempt(seen: Observation, build: BuildRecord): BuildRecord {
  return {
    ...build,
    identity: { ...build.identity, attempt: build.identity.attempt + 1 },
    job: null,
    queuedTime: seen.now,
    startTime: null,
    completionTime: null,
  };
}

/** The record of a build whose Job is there. */
export function recordOfRun(seen: Observation, run: BuildRun): BuildRecord {
  const { status } = seen;
  const recorded =
    status.build?.number === run.identity.number && status.build.attempt === run.identity.attempt
      ? status.build
      : undefined;
  return {
    identity: run.identity,
    job: { name: run.job.name, uid: run.job.uid },
    reasons: recorded?.reasons ?? ['SpecChanged'],
    queuedTime: instant(recorded?.queuedTime) ?? run.createdAt,
    startTime: run.createdAt,
    completionTime: run.pod?.endedAt ?? instant(recorded?.completionTime),
  };
}

/** The build in the status, when it is of this goal. */
export function recordOfStatus({ status }: Observation, goal: Goal): BuildRecord | null {
  const { build } = status;
  if (build === undefined || build.inputHash !== goal.inputHash) {
    return null;
  }
  if (build.image !== undefined && !build.image.startsWith(`${goal.spec.repository}@`)) {
    return null;
  }
  const identity: BuildIdentity = {
    number: build.number,
    attempt: build.attempt,
    inputHash: build.inputHash,
    repository: goal.spec.repository,
    pushMode: goal.spec.pushMode,
    settings: settingsOf(goal.spec),
  };
  return {
    identity,
    job: build.jobName === undefined || build.jobUID === undefined ? null : { name: build.jobName, uid: build.jobUID },
    reasons: build.reasons,
    queuedTime: instant(build.queuedTime),
    startTime: instant(build.startTime),
    completionTime: instant(build.completionTime),
  };
}

function instant(text: string | undefined): number | null {
  return text === undefined ? null : (parseRfc3339(text) ?? null);
}
