import type { Failure } from '../../api/failure.ts';
import { retryOf } from '../../api/reasons/failureReasons.ts';
import { type Instant, seconds } from '../../api/time.ts';
import type { StageArgument } from '../../dockerfile/own/stageArguments.ts';
import type { Base } from '../../imagespec/effective.ts';
import type { UsedSecret } from '../../imagespec/policy/secrets.ts';
import type { ObjectRef } from '../../kaniko/run.ts';
import { doubled } from './pause.ts';

/** A fact that the operator must fetch. A question only names Secrets, so an Observation is safe to show. */
export type Question =
  | {
      readonly ask: 'base';
      readonly image: string;
      /** stage: a stage starts from the image. files: COPY --from only takes files from it. */
      readonly use: 'stage' | 'files';
      readonly secrets: readonly string[];
      readonly platform: string;
      /** Names of variables whose values the spec extends; absent where it extends none. */
      readonly variables?: readonly string[];
      /** Build arguments that the base's variables must not shadow; absent where there are none to check. */
      readonly arguments?: readonly StageArgument[];
      /** Interval between look-ups while the image is missing. */
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
  /** Whether the registry still has a pushed image; the operator asks seldom. */
  | { readonly ask: 'present'; readonly reference: string; readonly secret: string | null }
  | { readonly ask: 'netrc'; readonly secret: string }
  /** One hash over the versions of the Secrets. Their labels must allow each use. */
  | { readonly ask: 'secrets'; readonly secrets: readonly UsedSecret[] }
  /** Why the Job controller cannot create the Pod of a Job. */
  | { readonly ask: 'podRefusal'; readonly job: ObjectRef }
  | { readonly ask: 'log'; readonly pod: ObjectRef; readonly container: string };

/** The answer to each question. null: the registry has no such image or tag. */
export interface AnswerTo {
  readonly base: Base;
  readonly pushAccess: true;
  readonly digestOf: string | null;
  /** `inputHash` and `input`: the image's labels with the hash of its input, and with the input; '' without one. */
  readonly image: {
    readonly digest: string;
    readonly sizeBytes: number;
    readonly inputHash: string;
    readonly input: string;
  } | null;
  readonly present: boolean;
  /** The Secret exists and has the key. */
  readonly netrc: true;
  readonly secrets: string;
  /** Message of the newest FailedCreate event; null when there is none. */
  readonly podRefusal: string | null;
  readonly log: string;
}

/** The result of a question. */
export type Reply<T> =
  | { readonly is: 'known'; readonly value: T }
  | { readonly is: 'secretMissing'; readonly secret: string; readonly key: string }
  | { readonly is: 'failed'; readonly failure: Failure };

/** A reply with its time. Memory keeps it; the operator asks again after a restart, or once the reply is too old. */
export type Answer = {
  [A in Question['ask']]: {
    readonly question: Question & { readonly ask: A };
    readonly reply: Reply<AnswerTo[A]>;
    readonly at: Instant;
    /** Failures in a row: no reply, or an image that the registry does not show. */
    readonly failures: number;
  };
}[Question['ask']];

/** Failures in a row, this answer included. */
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
/** How long an answer counts, by question. */
const knownFor: Readonly<Record<Question['ask'], number>> = {
  base: seconds(60),
  pushAccess: seconds(60),
  digestOf: seconds(60),
  image: seconds(60),
  // `watchOf` decides when to look again.
  present: Number.POSITIVE_INFINITY,
  netrc: seconds(60),
  secrets: seconds(60),
  podRefusal: seconds(15),
  log: Number.POSITIVE_INFINITY,
};
const pauses = { first: seconds(5), longest: seconds(300) };

/** When an answer no longer counts. After a failure of infrastructure the pauses grow from question to question. */
function expiresAt(answer: Answer): Instant {
  const { at, question, reply } = answer;
  switch (reply.is) {
    case 'known':
      // A registry with several replicas may show an image some time after its push.
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
        // Only a new image helps, so the tag keeps the usual interval.
        case 'interval':
          return at + (question.ask === 'base' ? seconds(question.everySeconds) : failedPoll);
        case 'slow':
        case 'never':
          return at + failedPoll;
      }
  }
}

/** A reply that still counts. */
export interface Found<Q extends Question> {
  readonly reply: Reply<AnswerTo[Q['ask']]>;
  readonly expires: Instant;
}

/** The reply to a question, if memory holds one that still counts. */
export function replyTo<Q extends Question>(
  answers: readonly Answer[],
  question: Q,
  now: Instant,
): Found<Q> | undefined {
  const answer = lastAnswer(answers, question);
  return answer === undefined || now >= expiresAt(answer)
    ? undefined
    : { reply: answer.reply, expires: expiresAt(answer) };
}

/** An answer of any age. */
export type LastAnswer<Q extends Question> = Answer & { readonly reply: Reply<AnswerTo[Q['ask']]> };

/** The newest answer to a question, of any age. */
export function lastAnswer<Q extends Question>(answers: readonly Answer[], question: Q): LastAnswer<Q> | undefined {
  const answer = byKey(answers).get(questionKey(question));
  return answer !== undefined && belongsTo(answer, question) ? answer : undefined;
}

const indexes = new WeakMap<readonly Answer[], ReadonlyMap<string, Answer>>();

/** The first answer to each question in a list, by question; built once per list. */
function byKey(answers: readonly Answer[]): ReadonlyMap<string, Answer> {
  const known = indexes.get(answers);
  if (known !== undefined) {
    return known;
  }
  const index = new Map(answers.toReversed().map((answer) => [questionKey(answer.question), answer]));
  indexes.set(answers, index);
  return index;
}

function belongsTo<Q extends Question>(answer: Answer, question: Q): answer is LastAnswer<Q> {
  return answer.question.ask === question.ask;
}
