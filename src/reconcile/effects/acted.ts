import { type Answer, describeFailure } from '../../kubernetes/answer.ts';

/** What came of an effect. */
export type Acted =
  /** It took effect, or had before; the caches know. */
  | { readonly is: 'done' }
  /** The world is not as it was observed: look again. */
  | { readonly is: 'stale' }
  /** The server understood and will not. */
  | { readonly is: 'refused'; readonly message: string }
  /** Whether it took effect is unknown: look again later. */
  | { readonly is: 'unavailable'; readonly message: string };

/** What the API server's answer to a write means for the effect. */
export function acted(answer: Answer<unknown>): Acted {
  switch (answer.is) {
    case 'ok':
      return { is: 'done' };
    case 'notFound':
    case 'conflict':
    case 'alreadyExists':
      return { is: 'stale' };
    case 'refused':
      return { is: 'refused', message: describeFailure(answer) };
    case 'unavailable':
      return { is: 'unavailable', message: answer.message };
  }
}
