import type { Instant } from '../../api/time.ts';
import type { Effect } from '../../lifecycle/model/effect.ts';
import { afterEffect, type FailedEffect, isRemembered, type Outcome } from '../../lifecycle/model/failedEffect.ts';
import type { Observation, Requests, Self } from '../../lifecycle/model/observation.ts';
import { type Answer, failuresWith, questionKey } from '../../lifecycle/model/question.ts';
import { type Sightings, sight } from '../../lifecycle/model/sightings.ts';
import type { Answered } from './ask.ts';
import { PullTroubles } from './pullTroubles.ts';

/** One era of memory: it ends with the object, or with a person's request. Answers of an earlier era do not count. */
export interface Era {
  /** Older facts do not count, because a person asked for a new look-up. */
  readonly since: Instant;
}

/** Memory of one ImageSpec's passes; the operator can ask for all of it again. */
interface Remembered extends Era {
  readonly uid: string;
  readonly requests: Requests;
  readonly answers: Map<string, Answer>;
  /** The answers as a list. The list object stays the same until an answer changes, so its index is built once. */
  list: readonly Answer[] | null;
  /** Generation of `failedEffects`: an edit may have removed their cause. */
  generation: number;
  failedEffects: readonly FailedEffect[];
  sightings: Sightings;
  /** The image of the last written contents. */
  listedImage: string | null;
}

/** Most answers per ImageSpec: a pass asks about its images (32 at most), and a few facts per build and check. */
export const mostAnswers = 128;

/**
 * Most characters of all kept logs. A pass reads a log once and then rests, so only many builds that end together come near
 * this bound. Beyond it the operator keeps only the end of a log: without any, the pass would ask for it again and again.
 */
export const mostOfLogs = 33_554_432;
/** Characters of a log that are kept in any case: as many as the status shows. */
export const endOfLog = 8192;

/** Answers and failed effects by ImageSpec. Nothing here must survive a restart. */
export class Memory {
  readonly #pullTroubles = new PullTroubles();
  readonly #byKey = new Map<string, Remembered>();
  #ofLogs = 0;

  /** The memory of this object. A person's new request clears it, so that the operator tries again immediately. */
  of(
    key: string,
    { uid, generation }: Pick<Self, 'uid' | 'generation'>,
    requests: Requests,
    now: Instant,
  ): Pick<Observation, 'answers' | 'failedEffects' | 'listedImage'> {
    let known = this.#byKey.get(key);
    if (known?.uid !== uid || known.requests.retry !== requests.retry || known.requests.rebuild !== requests.rebuild) {
      const isAsked = known?.uid === uid;
      this.forget(key, () => true);
      known = {
        uid,
        requests,
        since: isAsked ? now : 0,
        generation,
        answers: new Map(),
        list: null,
        failedEffects: [],
        sightings: isAsked && known !== undefined ? known.sightings : {},
        listedImage: null,
      };
      this.#byKey.set(key, known);
    }
    known.failedEffects =
      known.generation === generation ? known.failedEffects.filter((failed) => isRemembered(failed, now)) : [];
    known.generation = generation;
    known.list ??= [...known.answers.values()];
    return {
      answers: known.list,
      failedEffects: known.failedEffects,
      listedImage: known.listedImage,
    };
  }

  /**
   * The present era.
   * @throws before the first `of`
   */
  eraOf(key: string): Era {
    const known = this.#byKey.get(key);
    if (known === undefined) {
      throw new Error(`memory has no era of ${key}`);
    }
    return known;
  }

  /** Keeps an answer to a question of this era, with its number of failures in a row. */
  keep(key: string, era: Era, answered: Answered, at: Instant): void {
    const known = this.#byKey.get(key);
    if (known !== era || known === undefined) {
      return;
    }
    const { answers } = known;
    known.list = null;
    const name = questionKey(answered.question);
    const failures = failuresWith(answers.get(name), answered.question, answered.reply);
    // The newest answer comes last.
    this.#drop(answers, name);
    const answer = this.#fitting({ ...answered, at, failures });
    answers.set(name, answer);
    this.#ofLogs += sizeOfLog(answer);
    const [oldest] = answers.size > mostAnswers ? answers.keys() : [];
    if (oldest !== undefined) {
      this.#drop(answers, oldest);
    }
  }

  /** Keeps the outcome of an effect. */
  keepOutcome(key: string, effect: Effect, outcome: Outcome, at: Instant): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.failedEffects = afterEffect(known.failedEffects, effect, outcome, at);
    }
  }

  /**
   * When this process first saw each fact about the Pods of an ImageSpec; a person's requests do not change that. With it
   * come the registries from which nodes could not pull a base lately, for any ImageSpec.
   */
  sight(
    key: string,
    runs: Pick<Observation, 'builds' | 'checkPods' | 'patience'>,
    now: Instant,
  ): Pick<Observation, 'sightings' | 'pullTroubles'> {
    const known = this.#byKey.get(key);
    const sightings = sight(known?.sightings ?? {}, runs, now);
    if (known !== undefined) {
      known.sightings = sightings;
    }
    const { builds, patience } = runs;
    return { sightings, pullTroubles: this.#pullTroubles.of({ now, builds, sightings, patience }) };
  }

  /** Records that the ConfigMap has the contents of this image. */
  keepListed(key: string, image: string): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.listedImage = image;
    }
  }

  /** Forgets the answers for which `isOld` holds. */
  forget(key: string, isOld: (answer: Answer) => boolean): void {
    const known = this.#byKey.get(key);
    for (const [name, answer] of known?.answers ?? []) {
      if (known !== undefined && isOld(answer)) {
        known.list = null;
        this.#drop(known.answers, name);
      }
    }
  }

  /** Forgets a deleted ImageSpec. */
  leave(key: string): void {
    this.forget(key, () => true);
    this.#byKey.delete(key);
  }

  /** The answer; of a log for which there is no room, its end. */
  #fitting(answer: Answer): Answer {
    if (!isLog(answer) || answer.reply.is !== 'known' || this.#ofLogs + sizeOfLog(answer) <= mostOfLogs) {
      return answer;
    }
    return { ...answer, reply: { is: 'known', value: lastLines(answer.reply.value, endOfLog) } };
  }

  #drop(answers: Map<string, Answer>, name: string): void {
    const answer = answers.get(name);
    this.#ofLogs -= answer === undefined ? 0 : sizeOfLog(answer);
    answers.delete(name);
  }
}

type LogAnswer = Extract<Answer, { readonly question: { readonly ask: 'log' } }>;

function isLog(answer: Answer): answer is LogAnswer {
  return answer.question.ask === 'log';
}

function sizeOfLog(answer: Answer): number {
  return isLog(answer) && answer.reply.is === 'known' ? answer.reply.value.length : 0;
}

/** The last whole lines of a text, of at most so many characters; a line that is longer is cut. */
function lastLines(text: string, characters: number): string {
  const end = text.slice(-characters);
  const start = end.length < text.length ? end.indexOf('\n') + 1 : 0;
  return start < end.length ? end.slice(start) : end;
}
