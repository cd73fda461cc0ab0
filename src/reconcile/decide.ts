import { isDeepStrictEqual } from 'node:util';
import type { V1Job } from '@kubernetes/client-node';
import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import type { Instant } from '../api/time.ts';
import { buildJob } from '../build/job.ts';
import { type BuildRun, hasEnded, type ObjectRef } from '../build/run.ts';
import type { Config } from '../config/schema.ts';
import { render } from '../dockerfile/render.ts';
import { assess, byAge } from './assess.ts';
import type { Observation, Self } from './observation.ts';
import type { Question } from './question.ts';
import type { Situation } from './situation.ts';
import { statusOf } from './status.ts';
import { type Looks, looks } from './upkeep.ts';

/** One idempotent write. Each is safe to repeat: fixed name, UID precondition, or content address. */
export type Effect =
  | {
      readonly do: 'writeStatus';
      readonly self: Self;
      readonly before: ImageSpecStatus;
      readonly status: ImageSpecStatus;
    }
  | { readonly do: 'createJob'; readonly self: Self; readonly job: V1Job }
  | {
      readonly do: 'putTag';
      readonly tag: string;
      readonly digest: string;
      readonly secret: string | null;
      readonly mode: 'neverOverwrite' | 'move';
    }
  | { readonly do: 'deleteJob'; readonly target: ObjectRef };

/** The one next step. After `ask` and `act` the pass starts again. */
export type Decision =
  | {
      readonly next: 'ask';
      readonly questions: readonly [Question, ...Question[]];
      /** Written when the answers take long, so that a person sees what is waited for. */
      readonly meanwhile: Effect | null;
    }
  | { readonly next: 'act'; readonly effect: Effect }
  | { readonly next: 'rest'; readonly until: Instant | null };

/** Everything that follows from an Observation. */
export interface Pass {
  readonly situation: Situation;
  readonly decision: Decision;
}

/** A successful Job is kept for an hour, for `kubectl logs`. */
const keepSuccessful = 3_600_000;

/** Names the situation and the one next step. Pure. */
export function decide(seen: Observation, config: Config): Pass {
  const situation = assess(seen);
  return { situation, decision: decisionFor(seen, situation, config) };
}

function decisionFor(seen: Observation, at: Situation, config: Config): Decision {
  const wanted = statusOf(seen, at);
  const write: Effect | null = isDeepStrictEqual(plain(wanted), plain(seen.status))
    ? null
    : { do: 'writeStatus', self: seen.self, before: seen.status, status: wanted };
  switch (at.is) {
    case 'superseded':
      return { next: 'act', effect: { do: 'deleteJob', target: at.run.job } };
    case 'asking':
      return { next: 'ask', questions: at.questions, meanwhile: write };
    case 'due':
      return { next: 'act', effect: createJob(seen, at, config) };
    case 'tagging':
      return {
        next: 'act',
        effect: { do: 'putTag', tag: at.tag, digest: at.digest, secret: at.goal.spec.pushSecret, mode: at.mode },
      };
    case 'salvaged':
    case 'suspended':
    case 'cancelled':
    case 'waiting':
    case 'queued':
    case 'building':
    case 'stalled':
    case 'done':
      return write === null ? atRest(seen, at) : { next: 'act', effect: write };
  }
}

/** Everything is recorded: what may go now, what is to be looked at, and when to come back. */
function atRest(seen: Observation, at: Situation): Decision {
  const { target, until } = cleaning(seen, at);
  if (target !== null) {
    return { next: 'act', effect: { do: 'deleteJob', target } };
  }
  const kept = keepingWatch(seen, at);
  const [first, ...others] = kept.questions;
  if (first !== undefined) {
    return { next: 'ask', questions: [first, ...others], meanwhile: null };
  }
  return { next: 'rest', until: earliest([until, kept.until, untilOf(at)]) };
}

function untilOf(at: Situation): Instant | null {
  return at.is === 'waiting' || at.is === 'stalled' || at.is === 'building' ? at.until : null;
}

function earliest(times: readonly (Instant | null)[]): Instant | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function keepingWatch(seen: Observation, at: Situation): Looks {
  if (at.is === 'done') {
    return looks(seen, at.goal, 'good');
  }
  if (at.is === 'stalled' && at.goal !== null) {
    return looks(seen, at.goal, 'failed');
  }
  return { questions: [], until: null };
}

/** The Job to delete now, if any: of those that ended only the last failed one stays, a successful one for an hour. */
function cleaning(
  seen: Observation,
  at: Situation,
): { readonly target: ObjectRef | null; readonly until: Instant | null } {
  const there = seen.builds.filter(({ deleting }) => !deleting).toSorted(byAge);
  const current = at.is === 'building' || at.is === 'waiting' || at.is === 'asking' ? at.build?.job?.uid : undefined;
  const lastFailed = at.is === 'done' ? undefined : there.findLast((run) => hasEnded(run) && !isSuccess(run));
  let until: Instant | null = null;
  for (const run of there) {
    if (run.job.uid === lastFailed?.job.uid || (run.job.uid === current && !hasEnded(run))) {
      continue;
    }
    const keptUntil = isSuccess(run) ? (run.pod?.endedAt ?? run.createdAt) + keepSuccessful : 0;
    if (seen.now >= keptUntil) {
      return { target: run.job, until: null };
    }
    until = until === null ? keptUntil : Math.min(until, keptUntil);
  }
  return { target: null, until };
}

function isSuccess({ pod }: BuildRun): boolean {
  return pod?.phase === 'Succeeded';
}

function createJob(seen: Observation, { goal, build }: Extract<Situation, { is: 'due' }>, config: Config): Effect {
  const { self } = seen;
  return {
    do: 'createJob',
    self,
    job: buildJob({
      owner: { namespace: self.namespace, name: self.name, uid: self.uid },
      identity: build.identity,
      spec: goal.spec,
      bases: goal.bases,
      finalBase: goal.finalBase,
      dockerfile: render(goal.spec, goal.bases, config),
      config,
    }),
  };
}

/** As JSON has it: an absent and an undefined field are the same. */
function plain(status: ImageSpecStatus): unknown {
  return JSON.parse(JSON.stringify(status));
}
