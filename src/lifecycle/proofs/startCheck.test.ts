import { describe, expect, it } from 'vitest';
import { failedEffect, image, observation, spec } from '../../../test/support/observations.ts';
import { type ProbeIdentity, probePodName } from '../../jupyterhub/probePod.ts';
import { type VerifyIdentity, verifyPodName } from '../../jupyterhub/verifyPod.ts';
import { startCheck } from './startCheck.ts';

const probe: ProbeIdentity = { role: 'probe', image, settings: 'a', attempt: 1, command: 'kept' };
const verify: VerifyIdentity = { role: 'verify', image, settings: 'b', attempt: 1 };
const { uid } = observation({}).self;

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
    const start = startCheck(observation({ failedEffects, checkTurn }), { ...spec, suspend }, identity);
    expect(start).toMatchObject({ waitsFor, step: { next } });
  });

  it('shows why the API server refuses the Pod', () => {
    expect(startCheck(observation({ failedEffects: [refused] }), spec, identity).message).toContain('quota');
  });
});
