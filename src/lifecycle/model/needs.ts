import { isInfrastructureCause } from '../../api/reasons/failureReasons.ts';
import type { ProgressReason } from '../../api/reasons/reasons.ts';
import type { Seen } from './observation.ts';
import { type AnswerTo, lastAnswer, type Question, replyTo } from './question.ts';
import type { Asking, BuildRecord, Goal, Stalled, Waiting } from './situation.ts';

/** Contents of the status while the fact is missing. */
export interface Context {
  readonly goal: Goal | null;
  readonly build: BuildRecord | null;
  readonly reason: ProgressReason;
  readonly message: string;
}

/** The situation that a missing fact makes. */
export type Unknown = Asking | Waiting | Stalled;

/** The value that answers a question. */
export interface Fact<Q extends Question> {
  readonly is: 'known';
  readonly value: AnswerTo[Q['ask']];
}

/** The fact, or the situation that the missing fact makes. */
export function needs<Q extends Question>(
  { answers, now, self }: Seen<'answers' | 'now' | 'self'>,
  question: Q,
  context: Context,
): Fact<Q> | Unknown {
  const { goal, reason, message } = context;
  const build = context.build === null ? null : unconcluded(context.build);
  const found = replyTo(answers, question, now);
  if (found === undefined) {
    const asked = lastAnswer(answers, question) === undefined ? 'first' : 'again';
    return { is: 'asking', goal, build, reason, message, questions: [question], asked };
  }
  const { reply, expires } = found;
  switch (reply.is) {
    case 'known':
      return reply;
    case 'secretMissing':
      return {
        is: 'waiting',
        goal,
        build,
        reason: 'WaitingForSecret',
        message: `Secret "${reply.secret}" does not exist in namespace ${self.namespace}, or holds no key ${reply.key}; create it`,
        failure: null,
        until: expires,
      };
    case 'failed':
      return isInfrastructureCause(reply.failure.reason)
        ? {
            is: 'waiting',
            goal,
            build,
            reason: 'Retrying',
            message: reply.failure.message,
            failure: reply.failure,
            until: expires,
          }
        : { is: 'stalled', goal, build, failure: reply.failure, until: expires };
  }
}

/** A missing fact leaves the end of a build open, unless the build has pushed. */
function unconcluded(build: BuildRecord): BuildRecord {
  return build.image === null ? { ...build, completionTime: null } : build;
}

/** The situation of missing facts; the operator asks all open questions together. undefined: all facts are known. */
export function missing(facts: readonly ({ readonly is: 'known' } | Unknown)[]): Unknown | undefined {
  const open: Asking[] = [];
  for (const fact of facts) {
    if (fact.is === 'waiting' || fact.is === 'stalled') {
      return fact;
    }
    if (fact.is === 'asking') {
      open.push(fact);
    }
  }
  const [first, ...others] = open;
  return first === undefined
    ? undefined
    : {
        ...first,
        questions: [...first.questions, ...others.flatMap(({ questions }) => questions)],
        asked: open.every(({ asked }) => asked === 'again') ? 'again' : 'first',
      };
}
