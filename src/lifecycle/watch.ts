import type { Instant } from '../api/time.ts';
import { seconds } from '../api/time.ts';
import type { Plan } from '../dockerfile/plan.ts';
import { buildSecrets } from '../kaniko/buildSecrets.ts';
import { baseQuestion, isWatched } from './bases/bases.ts';
import type { Knowledge } from './model/knowledge.ts';
import type { Seen } from './model/observation.ts';
import type { Question } from './model/question.ts';
import type { Goal, Situation } from './model/situation.ts';
import { spread } from './model/spread.ts';
import type { Watch } from './model/standing.ts';

/** Longest time over which a start of the operator spreads the first look-ups of all ImageSpecs. */
const longestSpread = seconds(3600);
const secretsEvery = seconds(300);

/** A question of an ImageSpec at rest, and the interval at which the operator asks it. */
interface Look {
  readonly question: Question;
  readonly every: number;
}

/** The look-ups of an ImageSpec at rest: moved bases, a lost image, changed Secrets of a failed build. */
export function watchOf(
  seen: Seen<'now' | 'startedAt' | 'self' | 'plan' | 'status' | 'patience'>,
  known: Knowledge,
  at: Situation,
): Watch {
  const goal = at.is === 'done' || at.is === 'stalled' ? at.goal : null;
  if (goal === null) {
    return { questions: [], until: null };
  }
  const { now, plan, status, patience } = seen;
  const looks = [
    ...(plan.ok ? baseLooks(plan.value) : []),
    ...(status.image === undefined ? [] : [imageLook(goal, status.image, patience.imageCheckSeconds)]),
    ...(at.is === 'stalled' ? secretsLook(goal) : []),
  ].map(({ question, every }) => ({ question, at: dueAt(seen, known, { question, every }) }));
  const times = looks.map((next) => next.at);
  return {
    questions: looks.filter((next) => now >= next.at).map(({ question }) => question),
    until: times.length === 0 ? null : Math.min(...times),
  };
}

/** When the operator asks the question. */
function dueAt({ startedAt, self }: Seen<'startedAt' | 'self'>, known: Knowledge, { question, every }: Look): Instant {
  const asked = known.askedAt(question);
  return asked === null
    ? startedAt + Math.min(every, longestSpread) * spread(`${self.uid}/${question.ask}`)
    : // A failed look-up keeps the same interval, because nothing depends on it now.
      asked + every;
}

function baseLooks(plan: Plan): readonly Look[] {
  if (!isWatched(plan.spec)) {
    return [];
  }
  const every = seconds(plan.spec.baseUpdate.intervalSeconds);
  return plan.images
    .filter((image) => !image.includes('@sha256:'))
    .map((image) => ({ question: baseQuestion(plan, image), every }));
}

function presentQuestion(goal: Goal, reference: string) {
  return { ask: 'present', reference, secret: goal.spec.pushSecret } as const;
}

function imageLook(goal: Goal, image: string, everySeconds: number): Look {
  return { question: presentQuestion(goal, image), every: seconds(everySeconds) };
}

function secretsLook(goal: Goal): readonly Look[] {
  const secrets = buildSecrets(goal);
  return secrets.length === 0 ? [] : [{ question: { ask: 'secrets', secrets }, every: secretsEvery }];
}

/** Whether a look-up after the build found that the registry has lost this image. */
export function isMissing(known: Knowledge, goal: Goal, image: string, since: Instant | null): boolean {
  const question = presentQuestion(goal, image);
  const reply = known.lastReply(question);
  return reply?.is === 'known' && !reply.value && (known.askedAt(question) ?? 0) > (since ?? 0);
}
