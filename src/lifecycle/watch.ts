import type { Instant } from '../api/time.ts';
import { seconds } from '../api/time.ts';
import type { Plan } from '../dockerfile/plan.ts';
import { buildSecrets } from '../kaniko/buildSecrets.ts';
import { baseQuestion, isWatched } from './bases/bases.ts';
import type { Observation } from './model/observation.ts';
import { lastAnswer, type Question } from './model/question.ts';
import type { Goal, Situation } from './model/situation.ts';
import { spread } from './model/spread.ts';
import type { Watch } from './model/standing.ts';

/** Longest time over which a start of the operator spreads the first look-ups of all ImageSpecs. */
const longestSpread = seconds(3600);
const secretsEvery = seconds(300);

/** The look-ups of an ImageSpec at rest: moved bases, a lost image, changed Secrets of a failed build. */
export function watchOf(seen: Observation, at: Situation): Watch {
  const goal = at.is === 'done' || at.is === 'stalled' ? at.goal : null;
  if (goal === null) {
    return { questions: [], until: null };
  }
  const looks = [
    ...baseLooks(seen, goal),
    ...(seen.status.image === undefined ? [] : [imageLook(seen, goal, seen.status.image)]),
    ...(at.is === 'stalled' ? secretsLook(seen, goal) : []),
  ];
  const times = looks.map((next) => next.at);
  return {
    questions: looks.filter((next) => seen.now >= next.at).map(({ question }) => question),
    until: times.length === 0 ? null : Math.min(...times),
  };
}

interface Look {
  readonly question: Question;
  readonly at: Instant;
}

function look(seen: Observation, question: Question, every: number, lastKnown: Instant | null): Look {
  const asked = lastAnswer(seen.answers, question);
  if (asked !== undefined) {
    // A failed look-up keeps the same interval, because nothing depends on it now.
    return { question, at: asked.at + every };
  }
  const afterStart = seen.startedAt + Math.min(every, longestSpread) * spread(`${seen.self.uid}/${question.ask}`);
  return { question, at: Math.max(afterStart, lastKnown === null ? 0 : lastKnown + every) };
}

function baseLooks(seen: Observation, goal: Goal): readonly Look[] {
  if (!seen.plan.ok || !isWatched(goal.spec)) {
    return [];
  }
  const plan: Plan = seen.plan.value;
  const every = seconds(goal.spec.baseUpdate.intervalSeconds);
  return plan.images
    .filter((image) => !image.includes('@sha256:'))
    .map((image) => look(seen, baseQuestion(plan, image), every, null));
}

function presentQuestion(goal: Goal, reference: string) {
  return { ask: 'present', reference, secret: goal.spec.pushSecret } as const;
}

function imageLook(seen: Observation, goal: Goal, image: string): Look {
  return look(seen, presentQuestion(goal, image), seconds(seen.patience.imageCheckSeconds), null);
}

function secretsLook(seen: Observation, goal: Goal): readonly Look[] {
  const names = buildSecrets(goal);
  return names.length === 0 ? [] : [look(seen, { ask: 'secrets', names }, secretsEvery, null)];
}

/** Whether a look-up after the build found that the registry has lost this image. */
export function isMissing({ answers }: Observation, goal: Goal, image: string, since: Instant | null): boolean {
  const answer = lastAnswer(answers, presentQuestion(goal, image));
  return answer?.reply.is === 'known' && !answer.reply.value && answer.at > (since ?? 0);
}
