import { describe, expect, it } from 'vitest';
import {
  answer,
  base,
  digest,
  fixedTag,
  hash,
  image,
  observation,
  questions,
  resolved,
  spec,
} from '../../../test/support/observations.ts';
import { noon } from '../../../test/support/pods.ts';
import { summary } from '../../../test/support/rows.ts';
import { failureOf } from '../../api/failure.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import type { Observation } from '../model/observation.ts';

/** An ImageSpec whose base the status keeps, so that the operator does not query its registry, with these answers. */
function seen(changes: Partial<EffectiveSpec>, answers: Observation['answers']): Observation {
  const plan = {
    spec: { ...spec, ...changes },
    images: [base.image],
    filesOnly: [],
    finalImage: base.image,
    upstream: null,
  };
  return observation({ status: resolved, plan: { ok: true, value: plan }, answers });
}

describe('the labels of Secrets', () => {
  const question = {
    ask: 'secrets',
    secrets: [
      { name: 'push', use: 'push' },
      { name: 'team-push', use: 'pull' },
    ],
  } as const;
  const failure = failureOf('PolicyViolation', 'Secret "team-push": policy.secretLabels requires the label');
  const refused: Observation['answers'][number] = {
    question,
    reply: { is: 'failed', failure },
    at: noon - 10,
    failures: 1,
  };

  it('are read before each Job, also where the base is known', () => {
    const { decision } = summary(seen({ pullSecret: 'team-push' }, answer({ access: true })));
    expect(decision).toMatchObject({ next: 'ask', questions: [question] });
  });

  it('stop the build where they do not allow the use', () => {
    const { next, ready } = summary(seen({ pullSecret: 'team-push' }, [...answer({ access: true }), refused]));
    expect({ next, ready }).toEqual({ next: 'writeStatus', ready: 'False PolicyViolation' });
  });
});

describe('build arguments', () => {
  const args = [{ name: 'X', value: '1' }];
  const question = {
    ...questions.base,
    image: `index.docker.io/jupyter/minimal-notebook@${base.digest}`,
    arguments: [{ name: 'X', value: '1', place: 'spec.build.args "X"' }],
  };

  it('are compared with the variables of the base before each Job, also where the base is known', () => {
    const { decision } = summary(seen({ args }, answer({ access: true, secrets: 's' })));
    expect(decision).toMatchObject({ next: 'ask', questions: [question] });
  });

  it('stop the build where the base shadows one', () => {
    const failure = failureOf('BaseImageUnsupported', 'spec.build.args "X": the base has ENV X');
    const refused: Observation['answers'][number] = {
      question,
      reply: { is: 'failed', failure },
      at: noon - 10,
      failures: 1,
    };
    const { next, ready } = summary(seen({ args }, [...answer({ access: true, secrets: 's' }), refused]));
    expect({ next, ready }).toEqual({ next: 'writeStatus', ready: 'False BaseImageUnsupported' });
  });
});

describe('an image under the immutable tag', () => {
  const question = { ...questions.confirm, reference: fixedTag } as const;
  const found = (inputHash: string) =>
    [
      {
        question,
        reply: { is: 'known', value: { digest, sizeBytes: 7, inputHash, input: '' } },
        at: noon - 10,
        failures: 0,
      },
    ] as const;
  const known = answer({
    access: true,
    secrets: 's',
    confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' },
    fixed: digest,
    moving: digest,
  });

  it('is used again where its label has the whole hash', () => {
    const { ready } = summary(seen({ repositoryBound: 'ToNamespace' }, [...known, ...found(hash)]));
    expect(ready).toBe('True ImageReused');
  });

  it.each([
    ['of another input with the same beginning', `${hash.slice(0, 16)}${'0'.repeat(48)}`],
    ['of nothing, as images of others have it', ''],
  ])('is not used where its label has the hash %s', (_, inputHash) => {
    const { next } = summary(seen({ repositoryBound: 'ToNamespace' }, [...known, ...found(inputHash)]));
    expect(next).toBe('createJob');
  });

  it('is not used where the history names it and its label has another hash', () => {
    const entry = {
      number: 1,
      result: 'Succeeded',
      reason: 'BuildSucceeded',
      image,
      inputHash: hash,
      reasons: [],
      startTime: '2026-11-24T10:00:00Z',
      completionTime: '2026-11-24T10:00:00Z',
    } as const;
    const reply = { is: 'known', value: { digest, sizeBytes: 7, inputHash: 'f'.repeat(64), input: '' } } as const;
    const observed = {
      ...seen({}, [
        ...answer({ access: true, secrets: 's' }),
        { question: questions.confirm, reply, at: noon - 10, failures: 0 },
      ]),
      status: { ...resolved, history: [entry] },
    };
    expect(summary(observed).next).toBe('createJob');
  });
});
