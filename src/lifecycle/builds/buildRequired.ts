import { parseRfc3339 } from '../../api/time.ts';
import { buildSecrets } from '../../kaniko/buildSecrets.ts';
import { isCorrected } from '../hashes/platformHash.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Seen } from '../model/observation.ts';
import { type Cause, causeOf, firstRecord, nextAttempt, settingsOf } from '../model/record.ts';
import type { OpenRequests } from '../model/requests.ts';
import type { BuildRecord, Goal } from '../model/situation.ts';
import { isMissing } from '../watch.ts';
import { retryAfter } from './afterFailure.ts';
import type { LastBuild } from './lastBuild.ts';

/** Input of the checks. */
interface Case {
  readonly seen: Seen<'now' | 'status' | 'builds'>;
  readonly known: Knowledge;
  readonly requests: OpenRequests;
  readonly goal: Goal;
  readonly last: LastBuild;
}

/** Returns the build that must start, or null. */
type Check = (at: Case) => BuildRecord | null;

/** Reasons for a build, in order: the first check that returns one decides. */
const checks: readonly Check[] = [
  rebuildWasRequested,
  inputIsNew,
  buildIsQueued,
  imageIsMissing,
  retryWasRequested,
  settingsHaveChanged,
  platformWasCorrected,
  secretHasChanged,
  nextAttemptIsDue,
];

/** The build that must start before anything else; null: no build is required. */
export function buildRequired(at: Case): BuildRecord | null {
  for (const check of checks) {
    const record = check(at);
    if (record !== null) {
      return record;
    }
  }
  return null;
}

/** A person requested a rebuild, which takes the newest bases. */
function rebuildWasRequested({ seen, requests: { rebuild }, goal }: Case): BuildRecord | null {
  if (rebuild === null) {
    return null;
  }
  const isMoved = causeOf(seen, goal).reasons.includes('BaseChanged');
  return firstRecord(seen, goal, {
    reasons: ['RebuildRequested', ...(isMoved ? ['BaseChanged' as const] : [])],
    rebuild,
  });
}

/** This input has no build: a person edited the spec, or a base moved. */
function inputIsNew({ seen, goal, last }: Case): BuildRecord | null {
  return last.is === 'none' ? firstRecord(seen, goal, causeOf(seen, goal)) : null;
}

/** The status announces a build that has no Job yet. */
function buildIsQueued({ last }: Case): BuildRecord | null {
  return last.is === 'queued' ? last.record : null;
}

/** The registry lost the image after its build. */
function imageIsMissing({ seen, known, goal, last }: Case): BuildRecord | null {
  return last.is === 'pushed' && isMissing(known, goal, last.image, last.record.completionTime)
    ? started(seen, goal, 'ImageMissing')
    : null;
}

/** The build failed, and a person requested a retry. */
function retryWasRequested({ seen, requests: { retry }, goal, last }: Case): BuildRecord | null {
  return last.is === 'failed' && retry !== null ? nextAttempt(seen.now, goal, last.record, retry) : null;
}

/** The build failed, and a later edit may help: a time limit, resources, another Secret. */
function settingsHaveChanged({ seen, goal, last }: Case): BuildRecord | null {
  return last.is === 'failed' && last.record.identity.settings !== settingsOf(goal.spec)
    ? started(seen, goal, 'SpecChanged')
    : null;
}

/** A platform setting made the build fail, and an administrator has corrected it. */
function platformWasCorrected({ seen, goal, last }: Case): BuildRecord | null {
  return last.is === 'failed' &&
    isCorrected(last.record.identity.platform, goal.spec.platformSettings, last.failure.reason)
    ? started(seen, goal, 'Retry')
    : null;
}

/** The build failed, and one of its Secrets has changed. */
function secretHasChanged({ seen, known, goal, last }: Case): BuildRecord | null {
  if (last.is !== 'failed' || last.record.identity.secrets === '') {
    return null;
  }
  const reply = known.lastReply({ ask: 'secrets', secrets: buildSecrets(goal) });
  return reply?.is === 'known' && reply.value !== last.record.identity.secrets ? started(seen, goal, 'Retry') : null;
}

/** The build failed, and the pause before its next attempt is over. */
function nextAttemptIsDue({ seen, goal, last }: Case): BuildRecord | null {
  if (last.is !== 'failed' || retryAfter(goal, last.record, last.failure) === 'never') {
    return null;
  }
  const announced = parseRfc3339(seen.status.failure?.nextAttemptTime ?? '');
  return announced !== undefined && seen.now >= announced ? nextAttempt(seen.now, goal, last.record, null) : null;
}

function started(seen: Case['seen'], goal: Goal, reason: Cause['reasons'][number]): BuildRecord {
  return firstRecord(seen, goal, { reasons: [reason], rebuild: null });
}
