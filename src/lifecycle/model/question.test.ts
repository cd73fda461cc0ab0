import { describe, expect, it } from 'vitest';
import { growth, linearAtMost } from '../../../test/support/growth.ts';
import { type Answer, lastAnswer } from './question.ts';

function answerAbout(number: number, at = 0): Answer {
  const question = { ask: 'digestOf', reference: `r.example/app:${number}`, secret: null } as const;
  return { question, reply: { is: 'known', value: String(number) }, at, failures: 0 };
}

describe('the answer to a question', () => {
  it('is found by every field of the question', () => {
    const answers = [answerAbout(1), answerAbout(2)];
    const asked = { ask: 'digestOf', reference: 'r.example/app:2', secret: null } as const;
    expect(lastAnswer(answers, asked)).toBe(answers[1]);
    expect(lastAnswer(answers, { ...asked, secret: 'pull' })).toBeUndefined();
  });

  it('is found without a look at all others', () => {
    const work = (count: number): void => {
      const answers = Array.from({ length: count }, (_, number) => answerAbout(number));
      for (const { question } of answers) {
        if (lastAnswer(answers, question) === undefined) {
          throw new Error('not found');
        }
      }
    };
    expect(growth(work, 500)).toBeLessThan(linearAtMost);
  });
});
