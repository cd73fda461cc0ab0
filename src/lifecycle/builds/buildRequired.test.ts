import { describe, expect, it } from 'vitest';
import { base, hash, image, observation, spec } from '../../../test/support/observations.ts';
import { noon } from '../../../test/support/pods.ts';
import { failureOf } from '../../api/failure.ts';
import { toRfc3339 } from '../../api/time.ts';
import { knowledgeOf } from '../model/knowledge.ts';
import type { Observation } from '../model/observation.ts';
import { firstRecord } from '../model/record.ts';
import type { BuildRecord, Goal } from '../model/situation.ts';
import { buildRequired } from './buildRequired.ts';
import type { LastBuild } from './lastBuild.ts';

const goal: Goal = { spec, bases: [base], finalBase: base, available: null, inputHash: hash };
const none = { rebuild: null, retry: null, launch: null, cancel: false };
const first = firstRecord(observation({}), goal, { reasons: ['SpecChanged'], rebuild: null });

/** The build that must start. */
function required(seen: Observation, requests: typeof none | object, last: LastBuild): BuildRecord | null {
  return buildRequired({ seen, known: knowledgeOf(seen), requests: { ...none, ...requests }, goal, last });
}

const record: BuildRecord = { ...first, completionTime: noon - 1000 };

function failedWith(changes: Partial<BuildRecord['identity']>): LastBuild {
  const identity = { ...record.identity, ...changes };
  return { is: 'failed', record: { ...record, identity }, failure: failureOf('NodeLost', 'gone') };
}

function present(value: boolean): Observation {
  const question = { ask: 'present', reference: image, secret: spec.pushSecret } as const;
  return observation({ answers: [{ question, reply: { is: 'known', value }, at: noon, failures: 0 }] });
}

function secrets(value: string): Observation {
  const question = { ask: 'secrets', secrets: [{ name: 'push', use: 'push' }] } as const;
  return observation({ answers: [{ question, reply: { is: 'known', value }, at: noon, failures: 0 }] });
}

describe('the reason for a build', () => {
  const pushed: LastBuild = { is: 'pushed', record, image };
  const announced = (at: number) =>
    observation({
      status: { observedGeneration: 1, failure: { reason: 'NodeLost', message: '', nextAttemptTime: toRfc3339(at) } },
    });

  it.each([
    ['a rebuild was requested', observation({}), { ...none, rebuild: 'mark' }, pushed, ['RebuildRequested']],
    ['the input is new', observation({}), none, { is: 'none' }, ['SpecChanged']],
    ['a build is queued', observation({}), none, { is: 'queued', record: first }, ['SpecChanged']],
    ['the image is missing', present(false), none, pushed, ['ImageMissing']],
    ['a retry was requested', observation({}), { ...none, retry: 'mark' }, failedWith({}), ['SpecChanged', 'Retry']],
    ['the settings have changed', observation({}), none, failedWith({ settings: 'other' }), ['SpecChanged']],
    ['a Secret has changed', secrets('new'), none, failedWith({ secrets: 'old' }), ['Retry']],
    ['the next attempt is due', announced(noon), none, failedWith({}), ['SpecChanged']],
  ] satisfies [string, Observation, typeof none | object, LastBuild, string[]][])(
    '%s',
    (_, seen, requests, last, reasons) => {
      expect(required(seen, requests, last)?.identity.reasons).toEqual(reasons);
    },
  );

  it.each([
    ['the image is present', present(true), pushed],
    ['the Secrets are unchanged', secrets('old'), failedWith({ secrets: 'old' })],
    ['the next attempt is not due', announced(noon + 1000), failedWith({})],
    ['no attempts are left', announced(noon), failedWith({ attempt: 99 })],
    ['the build runs', observation({}), { is: 'lost', record }],
  ] satisfies [string, Observation, LastBuild][])('not while %s', (_, seen, last) => {
    expect(required(seen, none, last)).toBeNull();
  });

  it('the first check that holds decides: a rebuild before a missing image, a retry before changed settings', () => {
    const asked = { rebuild: 'mark', retry: 'mark', launch: null, cancel: false };
    const missing = present(false);
    expect(required(missing, asked, pushed)?.identity.reasons).toEqual(['RebuildRequested']);
    const last = failedWith({ settings: 'other' });
    expect(required(missing, { ...asked, rebuild: null }, last)?.identity.attempt).toBe(2);
  });
});
