import { afterEach, beforeEach, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver-stand-in.ts';
import { config } from '../../../test/support/observations.ts';
import { outputOf } from '../../imagespec/resolveSpec.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { type Following, follow } from './caches.ts';
import { type OutputOf, outputHolder } from './outputs.ts';

let server: StandIn;
let following: Following;
let changed: string[];
let version: number;

const outputIn: OutputOf = ({ self: { namespace, name }, spec }) => outputOf({ namespace, name, spec }, config);

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

/** The watch tells of an ImageSpec, made at this second, with this output. Answers with whom else it concerns. */
function tell(name: string, second: number, output: object, metadata: object = {}): readonly string[] {
  const [namespace = '', ownName = ''] = name.split('/');
  version += 1;
  changed = [];
  following.caches.imageSpecs.learn({
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

it('gives a moving tag to the oldest of those that ask for it, and names it in the same namespace only', () => {
  tell('a/young', 3, { repository });
  tell('a/old', 1, { repository, tag: 'latest' });
  tell('b/middle', 2, { repository });
  tell('a/other-tag', 4, { repository, tag: 'v2' });
  tell('a/other-repository', 5, { repository: `${repository}2` });
  tell('a/none', 6, {});
  expect(
    ['a/old', 'a/young', 'b/middle', 'a/other-tag', 'a/other-repository', 'a/none'].map((name) => holderOf(name)),
  ).toEqual(['self', 'old', 'elsewhere', 'self', 'self', 'self']);
});

it('takes one repository for one however it is written', () => {
  tell('a/old', 1, { repository: 'docker.io/library/app' });
  tell('a/young', 2, { repository: 'index.docker.io/library/app' });
  expect(holderOf('a/young')).toBe('old');
});

it('decides between two of one second alike for both', () => {
  tell('a/x', 1, { repository });
  tell('a/y', 1, { repository });
  expect([holderOf('a/x'), holderOf('a/y')]).toEqual(['self', 'x']);
});

it('looks at those again whose holder changes, and at no others', () => {
  expect(tell('a/one', 2, { repository })).toEqual([]);
  expect(tell('a/two', 3, { repository })).toEqual([]);
  expect(tell('a/three', 4, { repository })).toEqual([]);
  // An older one asks for it later.
  expect(tell('a/old', 1, { repository, tag: 'v1' })).toEqual([]);
  expect(tell('a/old', 1, { repository })).toEqual(['a/one', 'a/three', 'a/two']);
  expect(holderOf('a/one')).toBe('old');
  expect(tell('a/old', 1, { repository, tag: 'v2' })).toEqual(['a/one', 'a/three', 'a/two']);
  expect(holderOf('a/one')).toBe('self');
  // One that is going keeps nothing from others.
  expect(tell('a/one', 2, { repository }, { deletionTimestamp: '2026-11-24T13:00:00Z' })).toEqual(['a/three', 'a/two']);
  expect(holderOf('a/three')).toBe('two');
});
