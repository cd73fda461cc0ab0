import type { Instant } from '../../api/time.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Observation } from '../model/observation.ts';
import { unpackedAttempt } from '../model/record.ts';
import type { OpenRequests } from '../model/requests.ts';
import type { Claimed, Failed, Goal, NotMountable, Pushed, Situation } from '../model/situation.ts';
import type { Judge } from '../proofs/checked.ts';
import { afterFailure } from './afterFailure.ts';
import { beforeBuild } from './beforeJob.ts';
import { buildRequired } from './buildRequired.ts';
import { confirm } from './confirm.ts';
import { type LastBuild, lastBuild } from './lastBuild.ts';
import { afterPush, fromPushed } from './pushed.ts';
import { fromRun } from './run.ts';
import { wantedOf } from './wanted.ts';

/** State of the build, after a requested cancel. */
export function buildOf(seen: Observation, known: Knowledge, requests: OpenRequests, judge: Judge): Situation {
  const at = uncancelled(seen, known, requests, judge);
  return requests.cancel ? cancelled(at, seen.now) : at;
}

/** State of the build: each line decides, or hands its finding to the next one. */
function uncancelled(seen: Observation, known: Knowledge, requests: OpenRequests, judge: Judge): Situation {
  const isSuspended = seen.plan.ok && seen.plan.value.spec.suspend;
  const wanted = wantedOf(seen, known, isSuspended ? null : requests.rebuild);
  if (wanted.is !== 'wanted') {
    return isSuspended && wanted.is === 'asking' ? { is: 'suspended', goal: null } : wanted;
  }
  const { goal } = wanted;
  const last = lastBuild(seen, wanted);
  const required = buildRequired({ seen, known, requests, goal, last });
  if (isSuspended && required !== null) {
    return { is: 'suspended', goal };
  }
  const started =
    required === null ? fromLast(seen, known, requests, judge, goal, last) : beforeBuild(seen, known, goal, required);
  if (isSuspended && started.is === 'notMountable') {
    return { is: 'suspended', goal };
  }
  const found =
    started.is === 'notMountable'
      ? beforeBuild(seen, known, goal, unpackedAttempt(seen.now, goal, started.build))
      : started;
  const confirmed = found.is === 'claimed' ? confirm(known, seen.now, found) : found;
  const built = confirmed.is === 'failed' ? afterFailure(seen, confirmed) : confirmed;
  return built.is === 'pushed' ? afterPush(seen, known, judge, built) : built;
}

/** No build is required: the last build decides. */
function fromLast(
  seen: Observation,
  known: Knowledge,
  requests: OpenRequests,
  judge: Judge,
  goal: Goal,
  last: LastBuild,
): Situation | Pushed | Claimed | Failed | NotMountable {
  switch (last.is) {
    case 'none':
    case 'queued':
      throw new Error(`the last build is "${last.is}", and none is required`);
    case 'running':
      return fromRun(seen, known, { goal, run: last.run, build: last.record });
    case 'lost': {
      const message = `the Job ${last.record.job?.name ?? ''} is gone, and so is its result`;
      const failure = { reason: 'BuildPodDeleted', message, packages: [] } as const;
      return { is: 'failed', goal, build: { ...last.record, completionTime: seen.now }, failure };
    }
    case 'failed':
      return { is: 'failed', goal, build: last.record, failure: last.failure };
    case 'pushed':
      return fromPushed(seen.status, requests, judge, goal, last);
  }
}

/** The situation after a cancel: current work stops, and finished work stays. */
function cancelled(at: Situation, now: Instant): Situation {
  switch (at.is) {
    case 'queued':
    case 'due':
    case 'building':
    case 'verifying':
      return { is: 'cancelled', goal: at.goal, build: { ...at.build, completionTime: now } };
    case 'asking':
    case 'waiting':
      return at.goal !== null && at.build !== null && at.build.image === null
        ? {
            is: 'cancelled',
            goal: at.goal,
            build: { ...at.build, completionTime: at.build.completionTime ?? now },
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
