import { isInfrastructureCause, type ProgressReason } from '../api/reasons.ts';
import type { Plan } from '../dockerfile/plan.ts';
import type { Base } from '../spec/effective.ts';
import { pullSecretsFor } from '../spec/pullSecrets.ts';
import type { Observation } from './observation.ts';
import { type AnswerTo, type Question, replyTo } from './question.ts';
import type { BuildRecord, Goal, Situation } from './situation.ts';

/** What a person sees while the fact is missing. */
interface Context {
  readonly goal: Goal | null;
  readonly build: BuildRecord | null;
  readonly reason: ProgressReason;
  readonly message: string;
}

type Unknown = Extract<Situation, { readonly is: 'asking' | 'waiting' | 'stalled' }>;

/** The fact, or the situation that its absence makes. */
export function needs<Q extends Question>(
  seen: Observation,
  question: Q,
  context: Context,
): { readonly is: 'known'; readonly value: AnswerTo[Q['ask']] } | Unknown {
  const { goal, reason, message } = context;
  // A fact is missing, so nothing is concluded: a completion time would say that it is.
  const build = context.build === null ? null : { ...context.build, completionTime: null };
  const found = replyTo(seen.answers, question, seen.now);
  if (found === undefined) {
    return { is: 'asking', goal, build, reason, message, questions: [question] };
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
        message: `Secret "${reply.secret}" does not exist in namespace ${seen.self.namespace}, or holds no key ${reply.key}; create it`,
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

/** Every base by digest: from the status where it holds it (policy Ignore), else from the registry. */
export function findBases(
  seen: Observation,
  { spec, images }: Plan,
): { readonly is: 'found'; readonly bases: readonly Base[] } | Unknown {
  const bases: Base[] = [];
  const questions: Question[] = [];
  const secrets = pullSecretsFor(spec, images);
  for (const image of images) {
    const kept = keptBase(seen, image);
    if (kept !== undefined) {
      bases.push(kept);
      continue;
    }
    const question = { ask: 'base', image, secrets, platform: spec.platform } as const;
    const fact = needs(seen, question, {
      goal: null,
      build: null,
      reason: 'ResolvingBase',
      message: `${image} is being looked up`,
    });
    if (fact.is === 'known') {
      bases.push(fact.value);
    } else if (fact.is === 'asking') {
      questions.push(question);
    } else {
      return fact;
    }
  }
  const [first, ...others] = questions;
  return first === undefined
    ? { is: 'found', bases }
    : {
        is: 'asking',
        goal: null,
        build: null,
        reason: 'ResolvingBase',
        message: `${images.join(', ')} is being looked up`,
        questions: [first, ...others],
      };
}

/** The digest stays until the image itself is another (`baseUpdate.policy: Ignore`). */
function keptBase({ status }: Observation, image: string): Base | undefined {
  const kept = status.bases?.find((base) => base.image === image);
  if (kept === undefined) {
    return undefined;
  }
  const user = status.base?.image === image ? status.base.user : '';
  return { image, digest: kept.digest, user };
}
