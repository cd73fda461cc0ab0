import { expect, it } from 'vitest';
import { answer, base, digest, questions } from '../../../test/support/observations.ts';
import { follow } from '../../../test/support/passes.ts';
import { noon } from '../../../test/support/pods.ts';
import { created, good, may, packages, planOf } from '../../../test/support/resting.ts';
import type { Observation } from '../model/observation.ts';
import type { Question } from '../model/question.ts';

const env = [{ name: 'PATH', value: '/bin' }];
const plan = planOf({ source: { ...packages, env: [{ name: 'PATH', value: '/opt/x:$PATH' }] } });
const edited: Observation = { ...good, plan, self: { ...good.self, generation: 2 }, builds: [] };
/** The kept base, by the digest that it has in the status: its tag may have moved. */
const byDigest = {
  ...questions.base,
  image: `index.docker.io/jupyter/minimal-notebook@${base.digest}`,
  variables: ['PATH'],
};

function known(question: Question, value: object): Observation['answers'][number] {
  // The rows give each question its type of value; the type cannot follow it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return {
    question,
    reply: { is: 'known', value },
    at: noon - 10,
    failures: 0,
  } as unknown as Observation['answers'][number];
}

it('a spec that begins to extend a variable keeps its base, and asks for the value by digest', () => {
  const { decision } = follow({ ...edited, answers: [] });
  expect(decision).toMatchObject({ next: 'ask', questions: [byDigest] });
});

it('the value is in the Job and in the status, and the operator asks no more', () => {
  const found = known(byDigest, { ...base, image: byDigest.image, env });
  const before = answer({ confirm: { digest, sizeBytes: 7, input: '' } });
  const identity = created({ ...edited, answers: [...may, ...before, found] });
  expect(identity.bases).toEqual([{ ...base, env }]);
  const status = { ...good.status, base: { ...base, env, resolvedTime: '2026-11-24T11:00:00Z' } };
  const kept = created({ ...edited, status, answers: [...may, ...before] });
  expect(kept).toMatchObject({ inputHash: identity.inputHash, bases: [{ ...base, env }] });
});

it('a value in the status that no base may have is not written into a Dockerfile', () => {
  const hostile = [{ name: 'PATH', value: 'a\nFROM evil.example/x' }];
  const status = { ...good.status, base: { ...base, env: hostile, resolvedTime: '2026-11-24T11:00:00Z' } };
  const { decision } = follow({ ...edited, status, answers: [] });
  expect(decision).toMatchObject({ next: 'ask', questions: [{ ask: 'base', image: base.image }] });
});
