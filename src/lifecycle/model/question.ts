import type { Failure } from '../../api/failure.ts';
import { retryOf } from '../../api/failureReasons.ts';
import { type Instant, seconds } from '../../api/time.ts';
import type { Base } from '../../imagespec/effective.ts';
import type { ObjectRef } from '../../kaniko/run.ts';
import { doubled } from './pause.ts';

/** A fact that must be fetched. Secrets are named, never carried: an Observation can be shown to anybody. */
export type Question =
  | {
      readonly ask: 'base';
      readonly image: string;
      /** Whether a stage starts from it, or COPY --from takes files from it only. */
      readonly use: 'stage' | 'files';
      readonly secrets: readonly string[];
      readonly platform: string;
      /** How often it is looked for while it is not there. */
      readonly everySeconds: number;
    }
  | { readonly ask: 'pushAccess'; readonly repository: string; readonly secret: string | null }
  | { readonly ask: 'digestOf'; readonly reference: string; readonly secret: string | null }
  | {
      readonly ask: 'image';
      readonly reference: string;
      readonly secret: string | null;
      readonly platform: string;
    }
  /** Whether a published image is still there; asked seldom. */
  | { readonly ask: 'present'; readonly reference: string; readonly secret: string | null }
  | { readonly ask: 'netrc'; readonly secret: string }
  /** Which versions the Secrets have, as one hash. */
  | { readonly ask: 'secrets'; readonly names: readonly string[] }
  /** Why the Job controller cannot create the Pod of a Job. */
  | { readonly ask: 'podRefusal'; readonly job: ObjectRef }
  | { readonly ask: 'log'; readonly pod: ObjectRef; readonly container: string };

/** What each question yields. null: the registry says that there is no such thing. */
export interface AnswerTo {
  readonly base: Base;
  readonly pushAccess: true;
  readonly digestOf: string | null;
  /** `input` is the label that says what the image was made from; '' without one. */
  readonly image: { readonly digest: string; readonly sizeBytes: number; readonly input: string } | null;
  readonly present: boolean;
  /** The Secret is there, with the key. */
  readonly netrc: true;
  readonly secrets: string;
  /** Message of the newest FailedCreate event; null when there is none. */
  readonly podRefusal: string | null;
  readonly log: string;
}

/** What came of asking. */
export type Reply<T> =
  | { readonly is: 'known'; readonly value: T }
  | { readonly is: 'secretMissing'; readonly secret: string; readonly key: string }
  | { readonly is: 'failed'; readonly failure: Failure };

/** A reply and when it came; kept in memory, asked again after a restart or when it is too old. */
export type Answer = {
  [A in Question['ask']]: {
    readonly question: Question & { readonly ask: A };
    readonly reply: Reply<AnswerTo[A]>;
    readonly at: Instant;
    /** How many times in a row the reply was not what was hoped for. */
    readonly failures: number;
  };
}[Question['ask']];

/** Failures in a row, this answer included: no reply, or an image that the registry does not show. */
export function failuresWith(
  before: Answer | undefined,
  question: Question,
  reply: { readonly is: Reply<never>['is']; readonly value?: unknown },
): number {
  const isMissing = question.ask === 'image' && reply.value === null;
  return reply.is === 'known' && !isMissing ? 0 : (before?.failures ?? 0) + 1;
}

/** Identity of a question in the memory of answers. */
export function questionKey(question: Question): string {
  return JSON.stringify(question);
}

const secretPoll = seconds(30);
const failedPoll = seconds(300);
/** How long an answer counts, by what was asked. */
const knownFor: Readonly<Record<Question['ask'], number>> = {
  base: seconds(60),
  pushAccess: seconds(60),
  digestOf: seconds(60),
  image: seconds(60),
  // When to look again is `upkeep`'s decision.
  present: Number.POSITIVE_INFINITY,
  netrc: seconds(60),
  secrets: seconds(60),
  podRefusal: seconds(15),
  log: Number.POSITIVE_INFINITY,
};
const pauses = { first: seconds(5), longest: seconds(300) };

/** When an answer no longer counts. Infrastructure is asked again soon and then ever less often. */
function expiresAt(answer: Answer): Instant {
  const { at, question, reply } = answer;
  switch (reply.is) {
    case 'known':
      // A registry of several replicas shows an image some time after its push.
      return (
        at +
        (question.ask === 'image' && reply.value === null ? doubled(answer.failures, pauses) : knownFor[question.ask])
      );
    case 'secretMissing':
      return at + secretPoll;
    case 'failed':
      switch (retryOf(reply.failure.reason)) {
        case 'fast':
          return at + doubled(answer.failures, pauses);
        // The image itself must change: a tag that moves is looked at as often as any other.
        case 'interval':
          return at + (question.ask === 'base' ? seconds(question.everySeconds) : failedPoll);
        case 'slow':
        case 'never':
          return at + failedPoll;
      }
  }
}

/** The reply to a question, if it is in the memory and still counts. */
export function replyTo<Q extends Question>(
  answers: readonly Answer[],
  question: Q,
  now: Instant,
): { readonly reply: Reply<AnswerTo[Q['ask']]>; readonly expires: Instant } | undefined {
  const answer = lastAnswer(answers, question);
  return answer === undefined || now >= expiresAt(answer)
    ? undefined
    : { reply: answer.reply, expires: expiresAt(answer) };
}

/** The newest answer to a question, however old it is. */
export function lastAnswer<Q extends Question>(
  answers: readonly Answer[],
  question: Q,
): (Answer & { readonly reply: Reply<AnswerTo[Q['ask']]> }) | undefined {
  const answer = byKey(answers).get(questionKey(question));
  return answer !== undefined && belongsTo(answer, question) ? answer : undefined;
}

const indexes = new WeakMap<readonly Answer[], ReadonlyMap<string, Answer>>();

/** The answers of a list by their questions, the first of each; made once for each list. */
function byKey(answers: readonly Answer[]): ReadonlyMap<string, Answer> {
  const known = indexes.get(answers);
  if (known !== undefined) {
    return known;
  }
  const index = new Map(answers.toReversed().map((answer) => [questionKey(answer.question), answer]));
  indexes.set(answers, index);
  return index;
}

function belongsTo<Q extends Question>(
  answer: Answer,
  question: Q,
): answer is Answer & { readonly reply: Reply<AnswerTo[Q['ask']]> } {
  return answer.question.ask === question.ask;
}
