import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { clientOf } from '../../../test/support/servers/scripted-image.ts';
import type { Config } from '../../config/schema.ts';
import type { UsedSecret } from '../../imagespec/policy/secrets.ts';
import { readVersions } from './secrets.ts';

/** The label `imagespec.dev/use` of each Secret that exists, by name. */
let existing: Readonly<Record<string, string>>;
let asked: string[];
let server: StandIn;

beforeEach(async () => {
  asked = [];
  server = await startStandIn((request, response) => {
    const name = (request.url ?? '').split('/').at(-1) ?? '';
    asked.push(name);
    const use = existing[name];
    response.setHeader('content-type', 'application/json');
    if (use === undefined) {
      response.statusCode = 404;
      response.end(JSON.stringify({ kind: 'Status', code: 404, reason: 'NotFound', message: `no ${name}` }));
      return;
    }
    const labels = use === '' ? {} : { labels: { 'imagespec.dev/use': use } };
    response.end(JSON.stringify({ metadata: { name, uid: `uid-${name}`, resourceVersion: '7', ...labels } }));
  });
});

afterEach(() => server.stop());

async function versions(secretLabels: Config['policy']['secretLabels'], secrets: readonly UsedSecret[]) {
  return readVersions({ connection: server.connection, registry: clientOf([]), secretLabels }, 'team', secrets);
}

const pull = { name: 'team', use: 'pull' } as const;
const push = { name: 'team', use: 'push' } as const;

describe('the Secrets of a build', () => {
  it('have one hash, which does not depend on their uses', async () => {
    existing = { team: '', other: '' };
    const one = await versions('Optional', [pull, { name: 'other', use: 'cache' }]);
    expect(one).toMatchObject({ is: 'known' });
    expect(await versions('Optional', [push, { name: 'other', use: 'pull' }])).toEqual(one);
    expect(await versions('Optional', [pull])).not.toEqual(one);
  });

  it('are read once each', async () => {
    existing = { team: '' };
    await versions('Optional', [pull, { name: 'team', use: 'packages' }]);
    expect(asked).toEqual(['team']);
  });

  it.each([
    ['Required', 'push', pull, 'requires the label imagespec.dev/use: pull'],
    ['Required', '', pull, 'requires the label imagespec.dev/use: pull'],
    ['Optional', 'push', pull, 'create a Secret that can only pull'],
  ] as const)('whose labels do not allow their use are a violation: %s, "%s"', async (setting, use, secret, words) => {
    existing = { team: use };
    expect(await versions(setting, [secret])).toMatchObject({
      is: 'failed',
      failure: { reason: 'PolicyViolation', message: expect.stringContaining(words) },
    });
  });

  it('are a violation where one Secret has two uses and the label names one of them', async () => {
    existing = { team: 'push' };
    expect(await versions('Required', [push])).toMatchObject({ is: 'known' });
    expect(await versions('Required', [pull, push])).toMatchObject({ is: 'failed' });
  });

  it('may be absent: the Pod then waits for them', async () => {
    existing = {};
    expect(await versions('Required', [pull])).toMatchObject({ is: 'known' });
  });
});
