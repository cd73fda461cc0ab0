import type { Instant } from '../../api/time.ts';
import type { PodState } from '../../kaniko/run.ts';
import type { Effect } from './effect.ts';
import { heldBack, nextTry, type Trouble, targetOf, troublesIn, troubleWith } from './failedEffect.ts';
import { type Context, type Fact, needs, type Unknown } from './needs.ts';
import type { Seen } from './observation.ts';
import { type AnswerTo, type Found, lastAnswer, type Question, type Reply, replyTo } from './question.ts';
import { runsSince, unchangedSince } from './sightings.ts';

/**
 * What this process has learnt in earlier passes, at the moment of this pass: answers, failed effects and sightings. The
 * assessment asks it by name, and knows neither how long an answer counts nor how a pause grows.
 */
export interface Knowledge {
  /** The fact, or the situation that the missing fact makes. */
  readonly needs: <Q extends Question>(question: Q, context: Context) => Fact<Q> | Unknown;
  /** The reply to a question, if one still counts. */
  readonly reply: <Q extends Question>(question: Q) => Found<Q> | undefined;
  /** The newest reply to a question, of any age. */
  readonly lastReply: <Q extends Question>(question: Q) => Reply<AnswerTo[Q['ask']]> | undefined;
  /** When the newest reply came; null: there is none. */
  readonly askedAt: (question: Question) => Instant | null;
  /** Failures in a row of this question, an image that the registry does not show included. */
  readonly failures: (question: Question) => number;
  /** The failure of an effect, also during a new attempt; null: there is none. */
  readonly trouble: (effect: Effect['do'], target: string) => Trouble | null;
  /** The failure that makes an effect wait now; null: there is none. */
  readonly heldBack: (effect: Effect['do'], target: string) => Trouble | null;
  /** The same for an effect that is complete. */
  readonly holds: (effect: Effect) => Trouble | null;
  /** Messages about failed effects that no situation shows. */
  readonly troubles: readonly { readonly message: string; readonly text: string }[];
  /** The next moment at which a failed effect may be tried again, or is no longer wanted; null: there is none. */
  readonly nextTry: Instant | null;
  /** When this process first saw the container run. */
  readonly runsSince: (pod: PodState, container: string) => Instant;
  /** When this process first saw the Pod and its containers in their present state. */
  readonly unchangedSince: (pod: PodState) => Instant;
}

/** The knowledge in an Observation. */
export function knowledgeOf(seen: Seen<'self' | 'now' | 'answers' | 'failedEffects' | 'sightings'>): Knowledge {
  const { answers, failedEffects, now } = seen;
  return {
    needs: (question, context) => needs(seen, question, context),
    reply: (question) => replyTo(answers, question, now),
    lastReply: (question) => lastAnswer(answers, question)?.reply,
    askedAt: (question) => lastAnswer(answers, question)?.at ?? null,
    failures: (question) => lastAnswer(answers, question)?.failures ?? 0,
    trouble: (effect, target) => troubleWith(seen, effect, target),
    heldBack: (effect, target) => heldBack(seen, effect, target),
    holds: (effect) => heldBack(seen, effect.do, targetOf(effect)),
    troubles: troublesIn(failedEffects),
    nextTry: nextTry(failedEffects, now),
    runsSince: (pod, container) => runsSince(seen, pod, container),
    unchangedSince: (pod) => unchangedSince(seen, pod),
  };
}
