import { isDeepStrictEqual } from 'node:util';
import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import type { Instant } from '../api/time.ts';
import { assess } from './assess.ts';
import { createJob, createPod, putTag, writeContents } from './effects.ts';
import type { Effect } from './model/effect.ts';
import type { Observation } from './model/observation.ts';
import type { Question } from './model/question.ts';
import type { Asking, Situation } from './model/situation.ts';
import type { Standing } from './model/standing.ts';
import { refusedConditions } from './status/refused.ts';
import { statusOf } from './status/status.ts';

/** The next step. The pass starts again after `ask` and `act`. */
export type Decision =
  | {
      readonly next: 'ask';
      readonly questions: readonly [Question, ...Question[]];
      /** The status to write if the answers take long, so that a person sees the cause of the wait. */
      readonly meanwhile: Effect | null;
    }
  | { readonly next: 'act'; readonly effect: Effect }
  | { readonly next: 'rest'; readonly until: Instant | null };

/** The result of `decide`. */
export interface Pass {
  readonly situation: Situation;
  readonly decision: Decision;
  /** Whether the ImageSpec waits for a launch slot. */
  readonly check: 'waits' | 'none';
}

/** Names the situation and the next step. Pure. */
export function decide(seen: Observation): Pass {
  const standing = assess(seen);
  const step = nextStep(standing);
  // A failed effect becomes a wait, so that no outside fault makes a pass spin.
  const held = step.next === 'act' ? standing.known.holds(step.effect) : null;
  const decision: Decision = held === null ? step : { next: 'rest', until: held.until };
  return {
    situation: standing.build,
    decision,
    check: decision.next === 'rest' && waitsForTurn(standing) ? 'waits' : 'none',
  };
}

function waitsForTurn({ build, checks }: Standing): boolean {
  return build.is === 'verifying' ? build.step.next === 'queue' : checks.some(({ next }) => next === 'queue');
}

function nextStep(standing: Standing): Decision {
  const { seen, known, build: at } = standing;
  const write = writeOf(standing);
  if (standing.ahead !== null && seen.plan.ok) {
    return act(createPod(seen.self, seen.plan.value.spec, standing.ahead.identity));
  }
  switch (at.is) {
    case 'superseded':
      return act({ do: 'deleteJob', target: at.run.job });
    case 'asking': {
      const isNews = write !== null && !isShown(standing, at) && known.holds(write) === null;
      return { next: 'ask', questions: at.questions, meanwhile: isNews ? write : null };
    }
    case 'due':
      return act(createJob(seen.self, at));
    case 'tagging':
      return act(putTag(at, at));
    case 'verifying':
      if (at.step.next === 'create') {
        return act(createPod(seen.self, at.goal.spec, at.step.identity));
      }
      break;
    case 'salvaged':
    case 'suspended':
    case 'cancelled':
    case 'waiting':
    case 'queued':
    case 'building':
    case 'stalled':
    case 'done':
      break;
  }
  return write === null ? atRest(standing) : act(write);
}

/** Whether the status already shows the earlier answers to these questions. */
function isShown({ seen }: Standing, { asked }: Asking): boolean {
  return asked === 'again' && seen.status.observedGeneration === seen.self.generation;
}

/**
 * The write of a changed status; null: nothing has changed. If the API server refuses the status, the operator writes its
 * conditions alone. No person would see the cause otherwise.
 */
function writeOf(standing: Standing): Effect | null {
  const { self, status: before } = standing.seen;
  const wanted = statusOf(standing);
  if (isDeepStrictEqual(plain(wanted), plain(before))) {
    return null;
  }
  const whole: Effect = { do: 'writeStatus', part: 'whole', self, before, status: wanted };
  const held = standing.known.holds(whole);
  if (held?.is !== 'refused') {
    return whole;
  }
  const conditions = refusedConditions(wanted, before, held.message);
  return isDeepStrictEqual(plain(conditions), plain(before))
    ? whole
    : { do: 'writeStatus', part: 'conditions', self, before, status: conditions };
}

function act(effect: Effect): Decision {
  return { next: 'act', effect };
}

/** The step once the status is complete: delete, tag, list, check or watch now, or rest until the next due time. */
function atRest({ seen, known, build: at, cleaning, contents, checks, watch }: Standing): Decision {
  if (cleaning.job !== null) {
    return act({ do: 'deleteJob', target: cleaning.job });
  }
  if (at.is === 'done' && at.moving.is === 'asking') {
    return { next: 'ask', questions: [at.moving.question], meanwhile: null };
  }
  if (at.is === 'done' && at.moving.is === 'due') {
    return act(putTag(at, { tag: at.moving.tag, digest: at.good.digest, mode: 'move' }));
  }
  if (at.is === 'done' && contents.is === 'write') {
    return act(writeContents(seen.self, seen.status.history, at, contents.run));
  }
  if (cleaning.pod !== null) {
    return act({ do: 'deletePod', target: cleaning.pod });
  }
  for (const step of checks) {
    if (step.next === 'create' && seen.plan.ok) {
      return act(createPod(seen.self, seen.plan.value.spec, step.identity));
    }
    if (step.next === 'ask') {
      return { next: 'ask', questions: [step.question], meanwhile: null };
    }
  }
  const [first, ...others] = watch.questions;
  if (first !== undefined) {
    return { next: 'ask', questions: [first, ...others], meanwhile: null };
  }
  const times = checks.map((step) => (step.next === 'wait' ? step.until : null));
  return { next: 'rest', until: earliest([cleaning.until, watch.until, untilOf(at), known.nextTry, ...times]) };
}

function untilOf(at: Situation): Instant | null {
  if (at.is === 'verifying') {
    return at.step.next === 'wait' ? at.step.until : null;
  }
  if (at.is === 'done') {
    return at.moving.is === 'refused' ? at.moving.until : null;
  }
  return at.is === 'waiting' || at.is === 'stalled' || at.is === 'building' ? at.until : null;
}

function earliest(times: readonly (Instant | null)[]): Instant | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** The status as JSON, in which an undefined field is absent. */
function plain(status: ImageSpecStatus): unknown {
  return JSON.parse(JSON.stringify(status));
}
