import type { Failure } from '../api/failure.ts';
import { isInfrastructureCause } from '../api/reasons.ts';
import { type Instant, seconds } from '../api/time.ts';
import type { ObjectRef } from '../build/run.ts';
import type { Base } from '../spec/effective.ts';

/** A fact that must be fetched. Secrets are named, never carried: an Observation can be shown to anybody. */
export type Question =
  | { readonly ask: 'base'; readonly image: string; readonly secrets: readonly string[]; readonly platform: string }
  | { readonly ask: 'pushAccess'; readonly repository: string; readonly secret: string | null }
  | { readonly ask: 'digestOf'; readonly reference: string; readonly secret: string | null }
  | {
      readonly ask: 'image';
      readonly reference: string;
      readonly secret: string | null;
      readonly platform: string;
    }
  | { readonly ask: 'netrc'; readonly secret: string }
  | { readonly ask: 'log'; readonly pod: ObjectRef; readonly container: string };

/** What each question yields. null: the registry says that there is no such thing. */
export interface AnswerTo {
  readonly base: Base;
  readonly pushAccess: true;
  readonly digestOf: string | null;
  readonly image: { readonly digest: string; readonly sizeBytes: number } | null;
  /** The Secret is there, with the key. */
  readonly netrc: true;
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
    /** How many times in a row the reply was not `known`. */
    readonly failures: number;
  };
}[Question['ask']];

/** Identity of a question in the memory of answers. */
export function questionKey(question: Question): string {
  return JSON.stringify(question);
}

const secretPoll = seconds(30);
const failedPoll = seconds(300);
const knownFor = seconds(60);
const firstBackoff = seconds(5);
const longestBackoff = seconds(300);

/** When an answer no longer counts. Infrastructure is asked again soon and then ever less often. */
function expiresAt(answer: Answer): Instant {
  switch (answer.reply.is) {
    case 'known':
      return answer.question.ask === 'log' ? Number.POSITIVE_INFINITY : answer.at + knownFor;
    case 'secretMissing':
      return answer.at + secretPoll;
    case 'failed':
      return (
        answer.at +
        (isInfrastructureCause(answer.reply.failure.reason)
          ? Math.min(longestBackoff, firstBackoff * 2 ** Math.min(answer.failures - 1, 10))
          : failedPoll)
      );
  }
}

/** The reply to a question, if it is in the memory and still counts. */
export function replyTo<Q extends Question>(
  answers: readonly Answer[],
  question: Q,
  now: Instant,
): { readonly reply: Reply<AnswerTo[Q['ask']]>; readonly expires: Instant } | undefined {
  const key = questionKey(question);
  const answer = answers.find((candidate) => questionKey(candidate.question) === key);
  if (answer === undefined || !belongsTo(answer, question) || now >= expiresAt(answer)) {
    return undefined;
  }
  return { reply: answer.reply, expires: expiresAt(answer) };
}

function belongsTo<Q extends Question>(
  answer: Answer,
  question: Q,
): answer is Answer & { readonly reply: Reply<AnswerTo[Q['ask']]> } {
  return answer.question.ask === question.ask;
}
