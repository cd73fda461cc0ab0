import { type Answer, describeFailure } from '../../kubernetes/client/answer.ts';
import type { Outcome } from '../../lifecycle/model/failedEffect.ts';

/** The outcome of an effect, from the API server's answer to its write. */
export function outcomeOf(answer: Answer<unknown>): Outcome {
  switch (answer.is) {
    case 'ok':
      return { is: 'done' };
    case 'notFound':
    case 'conflict':
    case 'alreadyExists':
      return { is: 'stale' };
    case 'refused':
      return { is: 'refused', reason: null, message: describeFailure(answer) };
    case 'unavailable':
      return { is: 'unavailable', reason: null, message: answer.message };
  }
}
