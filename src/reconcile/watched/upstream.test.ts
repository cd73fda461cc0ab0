import { describe, expect, it } from 'vitest';
import { projectImageSpec, type SeenImageSpec } from './projections.ts';
import { upstreamOf } from './upstream.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function imageSpec(name: string, on: string | null, image?: string): SeenImageSpec {
  return projectImageSpec({
    metadata: {
      namespace: 'vision',
      name,
      uid: name,
      generation: 1,
      resourceVersion: '1',
      creationTimestamp: '2026-11-25T12:00:00Z',
    },
    spec: on === null ? { baseImage: 'x' } : { baseImageSpecRef: { name: on } },
    status: { observedGeneration: 1, ...(image === undefined ? {} : { image }) },
  });
}

function of(name: string, ...all: readonly SeenImageSpec[]) {
  const byKey = new Map(all.map((seen) => [`vision/${seen.self.name}`, seen]));
  const self = byKey.get(`vision/${name}`);
  return self === undefined ? undefined : upstreamOf(self, (key) => byKey.get(key));
}

describe('the image of another ImageSpec', () => {
  it.each([
    ['none', of('a', imageSpec('a', null)), { is: 'none' }],
    [
      'ready',
      of('a', imageSpec('a', 'b'), imageSpec('b', null, `r.example/bb@${digest}`)),
      { is: 'ready', repository: 'r.example/bb', digest },
    ],
    [
      'an invalid image: others can write a status too, and the image enters a FROM line',
      of('a', imageSpec('a', 'b'), imageSpec('b', null, `r.example/bb\nFROM evil.example/x1@${digest}`)),
      { is: 'absent', message: 'ImageSpec "b" has no image yet in namespace vision; the build waits for it' },
    ],
    [
      'not there',
      of('a', imageSpec('a', 'b')),
      { is: 'absent', message: 'ImageSpec "b" does not exist in namespace vision; the build waits for it' },
    ],
    [
      'without an image',
      of('a', imageSpec('a', 'b'), imageSpec('b', null)),
      { is: 'absent', message: 'ImageSpec "b" has no image yet in namespace vision; the build waits for it' },
    ],
    ['itself', of('a', imageSpec('a', 'a')), { is: 'cycle', chain: ['a', 'a'] }],
    [
      'a chain',
      of('a', imageSpec('a', 'b'), imageSpec('b', 'c', `r.example/bb@${digest}`), imageSpec('c', null)),
      { is: 'ready', repository: 'r.example/bb', digest },
    ],
    [
      'a chain that leads back',
      of('a', imageSpec('a', 'b'), imageSpec('b', 'c'), imageSpec('c', 'a')),
      { is: 'cycle', chain: ['a', 'b', 'c', 'a'] },
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('waits for a cycle of other ImageSpecs', () => {
    expect(of('a', imageSpec('a', 'b'), imageSpec('b', 'c'), imageSpec('c', 'b'))?.is).toBe('absent');
  });
});
