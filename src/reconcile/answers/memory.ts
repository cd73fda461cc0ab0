import type { Instant } from '../../api/time.ts';
import type { Effect } from '../../lifecycle/model/effect.ts';
import { afterEffect, type FailedEffect, isRemembered, type Outcome } from '../../lifecycle/model/failedEffect.ts';
import type { Observation, Requests, Self } from '../../lifecycle/model/observation.ts';
import { type Answer, failuresWith, questionKey } from '../../lifecycle/model/question.ts';
import { type Sightings, sight } from '../../lifecycle/model/sightings.ts';
import type { Answered } from './ask.ts';

/** One life of what is remembered: an object, up to a request of a person. What was asked before does not count after it. */
export interface Era {
  /** Facts that are older do not do: a person asked for them as they are. */
  readonly since: Instant;
}

/** What one resource's passes remember; all of it can be asked again. */
interface Remembered extends Era {
  readonly uid: string;
  readonly requests: Requests;
  readonly answers: Map<string, Answer>;
  /** The same as a list, which stays the same one while nothing changes: what is found in it is indexed once. */
  list: readonly Answer[] | null;
  /** Of which `failedEffects` speak: an edit may have ended their cause. */
  generation: number;
  failedEffects: readonly FailedEffect[];
  sightings: Sightings;
  /** The image whose packages were listed last. */
  listedImage: string | null;
}

/** Of one resource: what a pass can ask for are its images (32 at most) and a few facts of each build and check. */
export const mostAnswers = 128;

/**
 * Of all logs that are kept, in characters. A pass reads a log once and then rests, so that only many builds that end at one
 * moment come near; one more is read again when its turn comes.
 */
export const mostOfLogs = 33_554_432;

/** Answers and failed effects by resource. Nothing here must survive a restart. */
export class Memory {
  readonly #byKey = new Map<string, Remembered>();
  #ofLogs = 0;

  /**
   * What is remembered of this very object. A new request of a person forgets it: what failed is to be tried at once.
   */
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
   * The life that this is.
   * @throws before the first `of`
   */
  eraOf(key: string): Era {
    const known = this.#byKey.get(key);
    if (known === undefined) {
      throw new Error(`nothing is remembered of ${key}`);
    }
    return known;
  }

  /** Keeps an answer to a question of this life, and how often in a row it was not what was hoped for. */
  keep(key: string, era: Era, answered: Answered, at: Instant): void {
    const known = this.#byKey.get(key);
    if (known !== era || known === undefined) {
      return;
    }
    const { answers } = known;
    known.list = null;
    const name = questionKey(answered.question);
    const failures = failuresWith(answers.get(name), answered.question, answered.reply);
    // The newest are last.
    this.#drop(answers, name);
    const answer = { ...answered, at, failures };
    const size = sizeOfLog(answer);
    if (size > 0 && this.#ofLogs + size > mostOfLogs) {
      return;
    }
    answers.set(name, answer);
    this.#ofLogs += size;
    const [oldest] = answers.size > mostAnswers ? answers.keys() : [];
    if (oldest !== undefined) {
      this.#drop(answers, oldest);
    }
  }

  /** Keeps what came of an effect. */
  keepOutcome(key: string, effect: Effect, outcome: Outcome, at: Instant): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.failedEffects = afterEffect(known.failedEffects, effect, outcome, at);
    }
  }

  /** When each fact about the Pods of a resource was seen first; requests of a person change nothing of that. */
  sight(key: string, runs: Pick<Observation, 'builds' | 'checkPods'>, now: Instant): Sightings {
    const known = this.#byKey.get(key);
    const sightings = sight(known?.sightings ?? {}, runs, now);
    if (known !== undefined) {
      known.sightings = sightings;
    }
    return sightings;
  }

  /** The packages of this image are in the ConfigMap. */
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

  /** Forgets a resource that is gone. */
  leave(key: string): void {
    this.forget(key, () => true);
    this.#byKey.delete(key);
  }

  #drop(answers: Map<string, Answer>, name: string): void {
    const answer = answers.get(name);
    this.#ofLogs -= answer === undefined ? 0 : sizeOfLog(answer);
    answers.delete(name);
  }
}

function sizeOfLog({ question, reply }: Answer): number {
  return question.ask === 'log' && reply.is === 'known' && typeof reply.value === 'string' ? reply.value.length : 0;
}
