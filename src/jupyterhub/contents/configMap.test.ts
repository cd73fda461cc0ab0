import { describe, expect, it } from 'vitest';
import { type ContentsInput, contentsConfigMap, contentsConfigMapName } from './configMap.ts';

const owner = { namespace: 'vision', name: 'astro', uid: 'f2b1' };

function keysOf(input: Omit<ContentsInput, 'owner'>): readonly string[] {
  return Object.keys(contentsConfigMap({ owner, ...input }).data).toSorted();
}

describe('contentsConfigMap', () => {
  it('belongs to the ImageSpec, so that it goes with it', () => {
    expect(contentsConfigMap({ owner, existing: {}, number: 1, keep: [], text: 'a' })).toMatchObject({
      metadata: {
        name: 'astro-contents',
        namespace: 'vision',
        labels: { 'app.kubernetes.io/managed-by': 'imagespec-operator', 'imagespec.dev/uid': 'f2b1' },
        ownerReferences: [{ kind: 'ImageSpec', name: 'astro', uid: 'f2b1', controller: true }],
      },
      data: { 'build-1.txt': 'a' },
    });
  });

  it('keeps the builds of the history, and replaces the text of its own', () => {
    const existing = { 'build-1.txt': 'a', 'build-2.txt': 'b', 'build-3.txt': 'old', 'notes.txt': 'of a user' };
    const { data } = contentsConfigMap({ owner, existing, number: 3, keep: [3, 2], text: 'new' });
    expect(data).toEqual({ 'build-2.txt': 'b', 'build-3.txt': 'new' });
  });

  it('drops the oldest when there is no more room', () => {
    const half = 'x'.repeat(400_000);
    const existing = { 'build-7.txt': half, 'build-8.txt': 'x', 'build-9.txt': half, 'build-10.txt': half };
    expect(keysOf({ existing, number: 11, keep: [7, 8, 9, 10], text: 'c' })).toEqual([
      'build-10.txt',
      'build-11.txt',
      'build-8.txt',
      'build-9.txt',
    ]);
    expect(keysOf({ existing, number: 11, keep: [7, 8, 9, 10], text: half })).toEqual(['build-10.txt', 'build-11.txt']);
  });
});

describe('contentsConfigMapName', () => {
  it.each(['a', 'a'.repeat(244), 'a'.repeat(245), 'a'.repeat(253), `${'a'.repeat(232)}.${'b'.repeat(20)}`])(
    'is a name of Kubernetes: %#',
    (name) => {
      const made = contentsConfigMapName(name);
      expect(made).toMatch(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
      expect(made).toMatch(/-contents$/);
    },
  );

  it('differs for long names that begin alike', () => {
    const [one, two] = ['1', '2'].map((end) => contentsConfigMapName(`${'a'.repeat(250)}${end}`));
    expect(one).not.toBe(two);
  });
});
