import { describe, expect, it } from 'vitest';
import { failedEffect, image, observation, spec } from '../../../test/support/observations.ts';
import { type ProbeIdentity, probePodName } from '../../jupyterhub/launch/probePod.ts';
import { type VerifyIdentity, verifyPodName } from '../../jupyterhub/verifyPod.ts';
import type { CheckIdentity } from '../model/checkPod.ts';
import { knowledgeOf } from '../model/knowledge.ts';
import type { Observation } from '../model/observation.ts';
import { attemptsOf, type Start } from './attempts.ts';

const probe: ProbeIdentity = {
  role: 'probe',
  image,
  settings: 'a',
  attempt: 1,
  command: 'kept',
  trial: 'first',
  request: null,
};
const verify: VerifyIdentity = { role: 'verify', image, settings: 'b', attempt: 1 };
const { uid } = observation({}).self;

function start(changes: Partial<Observation>, suspend: boolean, identity: CheckIdentity): Start {
  const seen = observation(changes);
  return attemptsOf(seen, knowledgeOf(seen)).start({ ...spec, suspend }, identity);
}

describe.each([
  ['a launch', probe, probePodName(uid, probe)],
  ['the commands', verify, verifyPodName(uid, verify)],
])('the way to the check Pod of %s', (_, identity, name) => {
  const refused = failedEffect('createPod', name, { message: 'quota' });

  // Each row lacks the obstacle of the row above.
  it.each([
    ['resume', true, [refused], 'wait', 'wait'],
    ['refusal', false, [refused], 'wait', 'wait'],
    ['turn', false, [], 'wait', 'queue'],
    ['nothing', false, [], 'mayStart', 'create'],
  ] as const)('waits for %s', (waitsFor, suspend, failedEffects, checkTurn, next) => {
    expect(start({ failedEffects, checkTurn }, suspend, identity)).toMatchObject({ waitsFor, step: { next } });
  });

  it('shows why the API server refuses the Pod', () => {
    expect(start({ failedEffects: [refused] }, false, identity).message).toContain('quota');
  });
});
