import { describe, expect, it } from 'vitest';
import type { ImageSpecSpec } from '../api/imagespec.generated.ts';
import { longestRendered, longestSpec, tooLongFor, withoutTexts } from './size.ts';

const unique = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${index}`.padEnd(length, 'x'));
const variables = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `A${index}`, value: 'x'.repeat(length) }));

const sizeFault = (spec: ImageSpecSpec) => tooLongFor(spec)?.message;

describe('a spec', () => {
  it.each<[string, ImageSpecSpec]>([
    ['packages', { baseImage: 'a/b', packages: { apt: unique(100, 1024), pip: unique(100, 1024) } }],
    ['variables', { baseImage: 'a/b', env: variables(25, longestRendered / 25) }],
  ])('may have as many bytes of %s as a Dockerfile, and not one more', (_, spec) => {
    expect(sizeFault(spec)).toBeUndefined();
    const { packages, env } = spec;
    const more = { ...spec, ...(packages === undefined ? { env: [...(env ?? []), ...variables(1, 1)] } : {}) };
    const longer = packages === undefined ? more : { ...spec, packages: { ...packages, conda: ['x'] } };
    expect(sizeFault(longer)).toBe(
      'spec.packages: the packages and variables make a Dockerfile of at least 204801 bytes, and 204800 are the most; build in two steps, the second on the image of the first',
    );
  });

  it('counts bytes, and an entry that stands twice once', () => {
    expect(
      sizeFault({ baseImage: 'a/b', packages: { pip: Array.from({ length: 300 }, () => 'x'.repeat(1000)) } }),
    ).toBeUndefined();
    expect(
      sizeFault({ baseImage: 'a/b', env: [{ name: 'A', value: '€'.repeat(longestRendered / 3 + 1) }] }),
    ).toBeDefined();
  });

  it.each<[string, ImageSpecSpec]>([
    ['build arguments', { dockerfile: 'FROM a/b', build: { args: variables(64, 8192) } }],
    [
      'commands',
      {
        baseImage: 'a/b',
        verify: [
          { name: 'v', command: unique(128, 4096) },
          { name: 'w', command: ['x'] },
        ],
      },
    ],
    [
      'packages that stand twice',
      { baseImage: 'a/b', packages: { pip: Array.from({ length: 513 }, () => 'x'.repeat(1024)) } },
    ],
  ])('is too large with %s of more bytes than all may have', (_, spec) => {
    expect(sizeFault(spec)).toMatch(new RegExp(`^spec: its texts have \\d{6} bytes, and ${longestSpec} are the most`));
  });

  it('is kept without what makes it too large', () => {
    const kept = withoutTexts({
      displayName: 'Astro',
      baseImage: 'a/b',
      env: variables(1, 1),
      packages: { pip: ['x'] },
      verify: [{ name: 'v', command: ['x'] }],
      build: { retries: 1 },
      output: { tag: 'x' },
    });
    expect(kept).toMatchObject({ displayName: 'Astro', baseImage: 'a/b', output: { tag: 'x' } });
    expect(kept).toMatchObject({ env: [], packages: {}, verify: [], build: {}, dockerfile: '' });
  });
});
