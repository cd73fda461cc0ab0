import type { Instant } from '../../api/time.ts';
import type { Effect } from '../../lifecycle/model/effect.ts';
import { afterEffect, type FailedEffect, isRemembered, type Outcome } from '../../lifecycle/model/failedEffect.ts';
import type { Observation, Requests, Self } from '../../lifecycle/model/observation.ts';
import { type Answer, failuresWith, questionKey } from '../../lifecycle/model/question.ts';
import { type Sightings, sight } from '../../lifecycle/model/sightings.ts';
import type { Answered } from './ask.ts';

/** What one resource's passes remember; all of it can be asked again. */
interface Remembered {
  readonly uid: string;
  readonly requests: Requests;
  readonly answers: Map<string, Answer>;
  /** Of which `failedEffects` speak: an edit may have ended their cause. */
  generation: number;
  failedEffects: readonly FailedEffect[];
  sightings: Sightings;
  /** The image whose packages were listed last. */
  listedImage: string | null;
}

/** Answers and failed effects by resource. Nothing here must survive a restart. */
export class Memory {
  readonly #byKey = new Map<string, Remembered>();

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
      const sightings = known?.uid === uid ? known.sightings : {};
      known = { uid, requests, generation, answers: new Map(), failedEffects: [], sightings, listedImage: null };
      this.#byKey.set(key, known);
    }
    known.failedEffects =
      known.generation === generation ? known.failedEffects.filter((failed) => isRemembered(failed, now)) : [];
    known.generation = generation;
    return {
      answers: [...known.answers.values()],
      failedEffects: known.failedEffects,
      listedImage: known.listedImage,
    };
  }

  /** Keeps an answer, and how often in a row it was not what was hoped for. */
  keep(key: string, answered: Answered, at: Instant): void {
    const answers = this.#byKey.get(key)?.answers;
    const name = questionKey(answered.question);
    const failures = failuresWith(answers?.get(name), answered.question, answered.reply);
    answers?.set(name, { ...answered, at, failures });
  }

  /** Keeps what came of an effect. */
  keepOutcome(key: string, effect: Effect, outcome: Outcome, at: Instant): void {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.failedEffects = afterEffect(known.failedEffects, effect, outcome, at);
    }
  }

  /** When each fact about the Pods of a resource was seen first; requests of a person change nothing of that. */
  sight(key: string, runs: Pick<Observation, 'builds' | 'trials'>, now: Instant): Sightings {
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
    const answers = this.#byKey.get(key)?.answers;
    for (const [name, answer] of answers ?? []) {
      if (isOld(answer)) {
        answers?.delete(name);
      }
    }
  }

  /** Forgets a resource that is gone. */
  leave(key: string): void {
    this.#byKey.delete(key);
  }
}
