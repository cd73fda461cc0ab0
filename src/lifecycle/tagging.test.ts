import { describe, expect, it } from 'vitest';
import { fixedTag, hash, image, movingTag, observation, resolved } from '../../test/support/observations.ts';
import { condition, follow } from '../../test/support/passes.ts';
import { good, ready } from '../../test/support/resting.ts';
import { simulate } from '../../test/support/simulator/simulator.ts';
import type { Fault, Scenario } from '../../test/support/simulator/story.ts';
import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import { eventsFor } from './status/eventsFor.ts';

const failing = (
  target: string,
  reason: 'PushFailed' | 'PushUnauthorized' | 'RegistryUnavailable',
  times: number,
): Fault => ({
  do: 'putTag',
  target,
  outcome: { is: reason === 'RegistryUnavailable' ? 'unavailable' : 'refused', reason, message: 'tag is immutable' },
  times,
});
const always = Number.POSITIVE_INFINITY;

function statusAfter(fault: Fault, answers: NonNullable<Scenario['answers']> = 'fast'): ImageSpecStatus {
  const status: ImageSpecStatus = JSON.parse(JSON.stringify(simulate({ faults: [fault], answers }, 0).status));
  return status;
}

describe('a moving tag that the registry refuses to move', () => {
  it.each(['PushFailed', 'PushUnauthorized', 'RegistryUnavailable'] as const)(
    'delays neither Ready nor the image: %s',
    (reason) => {
      const status = statusAfter(failing(movingTag, reason, always));
      expect([ready(status), condition(status, 'Tagged')]).toEqual(['BuildSucceeded', 'False TagRefused']);
      expect(status.conditions?.find(({ type }) => type === 'Tagged')?.message).toContain(
        `${movingTag} cannot be moved: tag is immutable`,
      );
      expect(status.image).toBe(status.build?.image);
      expect(status.tags).toEqual([fixedTag]);
      expect(statusAfter(failing(movingTag, reason, always), 'slow')).toEqual(status);
    },
  );

  it('gets new attempts with growing pauses, up to one hour', () => {
    const { writes } = simulate({ faults: [failing(movingTag, 'PushFailed', always)] }, 0);
    expect(writes['putTag']).toBeLessThan(15);
  });

  it('leaves no trace once the registry moves it', () => {
    expect(statusAfter(failing(movingTag, 'PushFailed', 4))).toEqual(simulate({}, 0).status);
    expect(condition(statusAfter(failing(movingTag, 'PushFailed', 4)), 'Tagged')).toBe('True Tagged');
  });

  it('never takes Ready away during a new attempt', () => {
    const { tags: _, ...status } = good.status;
    const tagged = { status: 'False', reason: 'TagRefused', message: 'no' } as const;
    const conditions = (status.conditions ?? []).map((one) => Object.assign({}, one, one.type === 'Tagged' && tagged));
    const answers = good.answers.filter(
      ({ question }) => question.ask !== 'digestOf' || question.reference !== movingTag,
    );
    const { seen, decision } = follow({ ...good, status: { ...status, tags: [fixedTag], conditions }, answers });
    expect([ready(seen.status), condition(seen.status, 'Tagged')]).toEqual(['BuildSucceeded', 'False TagRefused']);
    expect(decision).toMatchObject({
      next: 'ask',
      questions: [{ ask: 'digestOf', reference: movingTag }],
      meanwhile: null,
    });
  });
});

describe('an immutable tag that the registry refuses', () => {
  it.each([
    ['PushFailed', 'PushFailed', 'False'],
    ['PushUnauthorized', 'PushUnauthorized', 'False'],
    ['RegistryUnavailable', 'Retrying', 'Unknown'],
  ] as const)('%s', (reason, shown, state) => {
    const status = statusAfter(failing(fixedTag, reason, always));
    expect(condition(status, 'Ready')).toBe(`${state} ${shown}`);
    expect(status.failure).toMatchObject({
      reason,
      message: `the immutable tag ${fixedTag} cannot be pushed: tag is immutable`,
    });
    expect([status.image, status.tags, condition(status, 'Tagged')]).toEqual([undefined, undefined, 'absent']);
    expect(statusAfter(failing(fixedTag, reason, always), 'slow')).toEqual(status);
  });

  it.each(['PushFailed', 'PushUnauthorized', 'RegistryUnavailable'] as const)('is pushed eventually: %s', (reason) => {
    expect(statusAfter(failing(fixedTag, reason, 4))).toEqual(simulate({}, 0).status);
  });
});

it('a pushed image without a tag is not built again when its Job is gone', () => {
  const build = {
    number: 1,
    attempt: 1,
    inputHash: hash,
    reasons: ['SpecChanged' as const],
    jobName: 'j',
    jobUID: 'u',
    image,
  };
  const { decision } = follow(observation({ status: { ...resolved, build } }));
  expect(decision).toMatchObject({ next: 'ask', questions: [{ ask: 'image', reference: image }] });
});

describe('a moving tag that an older ImageSpec has', () => {
  const here = { is: 'other', output: movingTag, name: 'first' } as const;
  const elsewhere = { ...here, name: null };
  const end = (scenario: Scenario) => {
    const { tags, status } = simulate(scenario, 0);
    const shown: ImageSpecStatus = JSON.parse(JSON.stringify(status));
    return { registry: Object.keys(tags), status: shown, tagged: condition(shown, 'Tagged') };
  };
  const messageIn = (status: ImageSpecStatus) => status.conditions?.find(({ type }) => type === 'Tagged')?.message;

  it.each([
    ['in this namespace, by name', here, 'ImageSpec "first", which is older,'],
    ['in another namespace, without its name', elsewhere, 'an older ImageSpec of another namespace'],
  ])('is never moved: %s', (_, outputHolder, words) => {
    const { registry, status, tagged } = end({ outputHolder });
    expect([ready(status), tagged]).toEqual(['BuildSucceeded', 'False OutputConflict']);
    expect(messageIn(status)).toContain(`${words} has ${movingTag} too`);
    expect([registry, status.tags]).toEqual([[fixedTag], [fixedTag]]);
    expect(status.image).toBe(status.build?.image);
  });

  it('moves once the conflict is gone', () => {
    const acts = [{ do: 'changeHolder', holder: { is: 'self' } }] as const;
    expect(end({ outputHolder: here, acts })).toEqual(end({}));
  });

  it('goes to the older ImageSpec when that one names it later, also after a failed build', () => {
    const { status, tagged } = end({
      builds: ['pushed', 'failed'],
      acts: [
        { do: 'edit', spec: { platform: 'linux/arm64' } },
        { do: 'changeHolder', holder: here },
      ],
    });
    expect([ready(status), tagged, status.tags]).toEqual(['PackageNotFound', 'False OutputConflict', [fixedTag]]);
  });

  it('waits for the next good image after a failed build', () => {
    const { status, registry } = end({
      outputHolder: here,
      builds: ['pushed', 'failed'],
      acts: [
        { do: 'edit', spec: { platform: 'linux/arm64' } },
        { do: 'changeHolder', holder: { is: 'self' } },
      ],
    });
    expect(messageIn(status)).toMatch(/^no other ImageSpec has this repository and tag any more/);
    expect(registry).toEqual([fixedTag]);
  });

  it('has no condition before there is an image', () => {
    const { tagged } = end({ outputHolder: here, builds: ['failed'] });
    expect(tagged).toBe('absent');
  });
});

describe('events about the moving tag', () => {
  const tagged = (status: 'True' | 'False', reason: string): ImageSpecStatus => ({
    observedGeneration: 1,
    conditions: [{ type: 'Tagged', status, reason, message: 'm', observedGeneration: 1, lastTransitionTime: '' }],
  });
  const none: ImageSpecStatus = { observedGeneration: 1 };

  it.each([
    ['moves with its first image', none, tagged('True', 'Tagged'), []],
    ['is refused', tagged('True', 'Tagged'), tagged('False', 'TagRefused'), [['Warning', 'TagRefused']]],
    ['moves after a refusal', tagged('False', 'TagRefused'), tagged('True', 'Tagged'), [['Normal', 'Tagged']]],
    ['nothing changed', tagged('False', 'TagRefused'), tagged('False', 'TagRefused'), []],
  ])('%s', (_, before, after, expected) => {
    expect(eventsFor(before, after).map(({ type, reason }) => [type, reason])).toEqual(expected);
  });
});
