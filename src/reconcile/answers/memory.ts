import type { Instant } from '../../api/time.ts';
import type { Effect } from '../../lifecycle/decide.ts';
import type { Observation, Refusal, Requests } from '../../lifecycle/model/observation.ts';
import { type Answer, failuresWith, questionKey } from '../../lifecycle/model/question.ts';
import { inventoryRefusal } from '../../lifecycle/proofs/contents.ts';
import type { Answered } from './ask.ts';

/** What one resource's passes remember; all of it can be asked again. */
interface Remembered {
  readonly uid: string;
  readonly requests: Requests;
  readonly answers: Map<string, Answer>;
  readonly refusals: Map<string, Refusal>;
  /** The image whose packages were listed last. */
  listedImage: string | null;
}

/** Refusals older than this are no news for anybody. */
const keptRefusals = 600_000;

/** Answers and refusals by resource. Nothing here must survive a restart. */
export class Memory {
  readonly #byKey = new Map<string, Remembered>();

  /**
   * What is remembered of this very object. A new request of a person forgets it: what failed is to be tried at once.
   */
  of(key: string, uid: string, requests: Requests): Pick<Observation, 'answers' | 'refusals' | 'listedImage'> {
    let known = this.#byKey.get(key);
    if (known?.uid !== uid || known.requests.retry !== requests.retry || known.requests.rebuild !== requests.rebuild) {
      known = { uid, requests, answers: new Map(), refusals: new Map(), listedImage: null };
      this.#byKey.set(key, known);
    }
    return {
      answers: [...known.answers.values()],
      refusals: [...known.refusals.values()],
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

  /** Keeps that the API server refused to create this Job or Pod. */
  keepRefusal(key: string, refusal: Refusal): void {
    const refusals = this.#byKey.get(key)?.refusals;
    for (const [name, { at }] of refusals ?? []) {
      if (at < refusal.at - keptRefusals) {
        refusals?.delete(name);
      }
    }
    refusals?.set(refusal.name, refusal);
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

/** Under which name the memory keeps that the API server refused an effect; null for one whose refusal nobody expects. */
export function refusedName(effect: Effect): string | null {
  switch (effect.do) {
    case 'createJob':
      return effect.job.metadata?.name ?? '';
    case 'createPod':
      return effect.pod.metadata?.name ?? '';
    case 'writeContents':
      return inventoryRefusal(effect.about.image);
    case 'writeStatus':
    case 'putTag':
    case 'deleteJob':
    case 'deletePod':
      return null;
  }
}
