import { afterEach, beforeEach, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { ok } from '../../api/result.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { type Following, follow } from './caches.ts';
import { withoutPushSecret } from './pushSecrets.ts';

let server: StandIn;
let following: Following;
let changed: string[];
let version: number;

beforeEach(async () => {
  changed = [];
  version = 0;
  server = await startStandIn((_, response) => response.end());
  following = follow(
    server.connection,
    systemClock,
    () => {},
    [],
    () => null,
    (key) => changed.push(key),
  );
});

afterEach(() => server.stop());

function object(key: string, secrets: { readonly pull?: string; readonly push?: string }) {
  const [namespace = '', name = ''] = key.split('/');
  version += 1;
  return {
    metadata: {
      namespace,
      name,
      uid: `uid-${key}`,
      generation: version,
      resourceVersion: String(version),
      creationTimestamp: '2026-11-24T12:00:00Z',
    },
    spec: {
      baseImage: 'a',
      ...(secrets.pull === undefined ? {} : { pullSecret: secrets.pull }),
      output: secrets.push === undefined ? {} : { pushSecret: secrets.push },
    },
  };
}

/** The watch shows an ImageSpec with these Secrets. Returns the other ImageSpecs that get a pass. */
function show(key: string, secrets: { readonly pull?: string; readonly push?: string }): readonly string[] {
  changed = [];
  following.caches.imageSpecs.observe(object(key, secrets));
  return changed.filter((other) => other !== key).toSorted();
}

/** The failure of an ImageSpec whose plan is good otherwise; '' without one. */
function failureOf(key: string): string {
  const { imageSpecs } = following.caches;
  const seen = imageSpecs.get(key);
  if (seen === undefined) {
    throw new Error(`no ImageSpec ${key}`);
  }
  const plan = withoutPushSecret(seen, ok('plan'), (value) => imageSpecs.byIndex(value));
  return plan.ok ? '' : `${plan.failure.reason} ${plan.failure.message}`;
}

const fault = (other: string) =>
  `PolicyViolation spec.pullSecret: "team-push" is the Secret with which ImageSpec "${other}" pushes, which no step of a build may read; create a Secret that can only pull, and name that one`;

it('an ImageSpec may not pull with a Secret with which another one pushes', () => {
  show('team/reader', { pull: 'team-push' });
  expect(failureOf('team/reader')).toBe('');
  expect(show('team/writer', { push: 'team-push' })).toEqual(['team/reader']);
  expect(failureOf('team/reader')).toBe(fault('writer'));
  expect(failureOf('team/writer')).toBe('');
});

it('the order does not matter, and the message stays with the first name', () => {
  show('team/y', { push: 'team-push' });
  show('team/x', { push: 'team-push' });
  show('team/reader', { pull: 'team-push' });
  expect(failureOf('team/reader')).toBe(fault('x'));
});

it('and may again once no ImageSpec pushes with it', () => {
  show('team/reader', { pull: 'team-push' });
  show('team/writer', { push: 'team-push' });
  expect(show('team/writer', { push: 'other' })).toEqual(['team/reader']);
  expect(failureOf('team/reader')).toBe('');
  show('team/writer', { push: 'team-push' });
  changed = [];
  following.caches.imageSpecs.forget('team/writer', 'uid-team/writer');
  expect(changed).toContain('team/reader');
  expect(failureOf('team/reader')).toBe('');
});

it('a Secret of this name in another namespace is another Secret', () => {
  show('team/reader', { pull: 'team-push' });
  expect(show('other/writer', { push: 'team-push' })).toEqual([]);
  expect(failureOf('team/reader')).toBe('');
});

it('an ImageSpec concerns no other while its push Secret stays', () => {
  show('team/reader', { pull: 'team-push' });
  show('team/writer', { push: 'team-push' });
  expect(show('team/writer', { push: 'team-push', pull: 'x' })).toEqual([]);
});
