import { afterEach, beforeEach, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { config } from '../../../test/support/observations.ts';
import type { Config } from '../../config/schema.ts';
import { outputOf } from '../../imagespec/resolveSpec.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { type Following, follow } from './caches.ts';
import { type OutputOf, outputHolder } from './outputs.ts';

let server: StandIn;
let following: Following;
let changed: string[];
let version: number;

/** Tags that several namespaces may push. */
const shared: Config = { ...config, policy: { ...config.policy, repositories: ['**'] } };
const outputIn: OutputOf = ({ self: { namespace, name }, spec }) => outputOf({ namespace, name, spec }, shared);

beforeEach(async () => {
  changed = [];
  version = 0;
  server = await startStandIn((_, response) => response.end());
  following = follow(
    server.connection,
    systemClock,
    () => {},
    [],
    outputIn,
    (key) => changed.push(key),
  );
});

afterEach(() => server.stop());

/** The watch shows an ImageSpec, created at this second, with this output. Returns the other affected ImageSpecs. */
function show(name: string, second: number, output: object, metadata: object = {}): readonly string[] {
  const [namespace = '', ownName = ''] = name.split('/');
  version += 1;
  changed = [];
  following.caches.imageSpecs.observe({
    metadata: {
      namespace,
      name: ownName,
      uid: `uid-${name}`,
      generation: version,
      resourceVersion: String(version),
      creationTimestamp: `2026-11-24T12:00:0${second}Z`,
      ...metadata,
    },
    spec: { baseImage: 'a', output },
  });
  return changed.filter((key) => key !== name).toSorted();
}

function holderOf(name: string): string {
  const { imageSpecs } = following.caches;
  const seen = imageSpecs.get(name);
  if (seen === undefined) {
    throw new Error(`no ImageSpec ${name}`);
  }
  const holder = outputHolder(seen, outputIn(seen), (value) => imageSpecs.byIndex(value));
  return holder.is === 'self' ? 'self' : (holder.name ?? 'elsewhere');
}

const repository = 'registry.example.com/team/app';

it('gives a moving tag to the oldest ImageSpec that names it, and shows its name in the same namespace only', () => {
  show('a/young', 3, { repository });
  show('a/old', 1, { repository, tag: 'latest' });
  show('b/middle', 2, { repository });
  show('a/other-tag', 4, { repository, tag: 'v2' });
  show('a/other-repository', 5, { repository: `${repository}2` });
  show('a/none', 6, {});
  expect(
    ['a/old', 'a/young', 'b/middle', 'a/other-tag', 'a/other-repository', 'a/none'].map((name) => holderOf(name)),
  ).toEqual(['self', 'old', 'elsewhere', 'self', 'self', 'self']);
});

it('recognizes a repository in each spelling', () => {
  show('a/old', 1, { repository: 'docker.io/library/app' });
  show('a/young', 2, { repository: 'index.docker.io/library/app' });
  expect(holderOf('a/young')).toBe('old');
});

it('gives both ImageSpecs of one second the same answer', () => {
  show('a/x', 1, { repository });
  show('a/y', 1, { repository });
  expect([holderOf('a/x'), holderOf('a/y')]).toEqual(['self', 'x']);
});

it('queues exactly the ImageSpecs whose holder changes', () => {
  expect(show('a/one', 2, { repository })).toEqual([]);
  expect(show('a/two', 3, { repository })).toEqual([]);
  expect(show('a/three', 4, { repository })).toEqual([]);
  // An older ImageSpec names the tag later.
  expect(show('a/old', 1, { repository, tag: 'v1' })).toEqual([]);
  expect(show('a/old', 1, { repository })).toEqual(['a/one', 'a/three', 'a/two']);
  expect(holderOf('a/one')).toBe('old');
  expect(show('a/old', 1, { repository, tag: 'v2' })).toEqual(['a/one', 'a/three', 'a/two']);
  expect(holderOf('a/one')).toBe('self');
  // An ImageSpec under deletion reserves no tag.
  expect(show('a/one', 2, { repository }, { deletionTimestamp: '2026-11-24T13:00:00Z' })).toEqual(['a/three', 'a/two']);
  expect(holderOf('a/three')).toBe('two');
});

it('does not keep a tag from others where the policy does not let the ImageSpec push', () => {
  const bound: Config = { ...config, policy: { ...config.policy, repositories: ['r.example/{namespace}/*'] } };
  const of = (namespace: string) =>
    outputOf({ namespace, name: 'x', spec: { baseImage: 'a', output: { repository: 'r.example/b/app' } } }, bound);
  expect(of('b')).toBe('r.example/b/app:latest');
  // Or an older ImageSpec of any namespace would keep the tags of others from moving.
  expect(of('a')).toBeNull();
});
