import { assert as assertProperty, property, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Candidate } from './candidate.ts';
import { type Destination, isSelected, type MachineProfile, profileList } from './profileList.ts';

const destination: Destination = {
  namespace: 'jupyterhub',
  configMap: 'imagespec-profiles',
  namespaces: [],
  selector: {},
  pullSecret: 'hub-pull',
  groups: ['{namespace}', 'everybody-{name}'],
};

const digest = `sha256:${'a'.repeat(64)}`;

const astro: Candidate = {
  namespace: 'vision',
  name: 'astro',
  createdAt: 1000,
  labels: { team: 'vision' },
  displayName: 'Astronomy',
  description: 'astropy and friends',
  machines: [],
  image: `registry.example.com/vision/astro@${digest}`,
  state: 'compatible',
};

const small: MachineProfile = { name: 'small', displayName: 'Small', description: '', kubespawnerOverride: {} };
const gpu: MachineProfile = {
  name: 'gpu',
  displayName: 'GPU',
  description: 'one card, 16 GB',
  kubespawnerOverride: { mem_limit: '16G', extra_resource_limits: { 'nvidia.com/gpu': '1' } },
};

const entry = z.object({ slug: z.string(), display_name: z.string(), description: z.string() });

/** The two lists of a ConfigMap, as the Hub reads them. */
function read({ data }: { readonly data: Readonly<Record<string, string>> }) {
  const parse = (key: string): unknown => JSON.parse(data[key] ?? '');
  return { profiles: parse('profile_list.json'), unavailable: parse('unavailable.json') };
}

function titles(list: unknown): readonly string[] {
  return z
    .array(entry)
    .parse(list)
    .map(({ display_name }) => display_name);
}

describe('profileList', () => {
  it("has KubeSpawner's form: image by digest, the Hub's pull secret, machines as choices", () => {
    const list = profileList(destination, [small, gpu], [{ ...astro, machines: ['gpu', 'small', 'gone'] }]);
    expect(read(list).profiles).toEqual([
      {
        slug: 'vision_astro',
        display_name: 'Astronomy',
        description: 'astropy and friends (vision/astro)',
        groups: ['vision', 'everybody-astro'],
        kubespawner_override: { image: astro.image, image_pull_secrets: [{ name: 'hub-pull' }] },
        profile_options: {
          machine: {
            display_name: 'Machine',
            choices: {
              small: { display_name: 'Small', kubespawner_override: {}, default: true },
              gpu: { display_name: 'GPU: one card, 16 GB', kubespawner_override: gpu.kubespawnerOverride },
            },
          },
        },
      },
    ]);
    expect(read(list).unavailable).toEqual([]);
  });

  it("keeps the Hub's pull secrets when the destination names none, and offers no choice without machines", () => {
    const { profiles } = read(profileList({ ...destination, pullSecret: null }, [small], [astro]));
    expect(profiles).toEqual([expect.objectContaining({ kubespawner_override: { image: astro.image } })]);
    expect(profiles).not.toEqual([expect.objectContaining({ profile_options: expect.anything() })]);
  });

  it.each([
    ['whether or not newer ones work', 'incompatible'],
    ['while another is built', 'building'],
    ['after a failure', 'failed'],
  ] as const)('continues with the serving image %s', (_, state) => {
    const { profiles, unavailable } = read(profileList(destination, [], [{ ...astro, state }]));
    expect(profiles).toEqual([
      expect.objectContaining({ kubespawner_override: expect.objectContaining({ image: astro.image }) }),
    ]);
    expect(unavailable).toEqual([]);
  });

  it.each(['building', 'failed', 'incompatible'] as const)(
    'shows an ImageSpec that is %s and has no older image separately',
    (state) => {
      const { profiles, unavailable } = read(profileList(destination, [], [{ ...astro, image: null, state }]));
      expect(profiles).toEqual([]);
      expect(unavailable).toEqual([
        {
          slug: 'vision_astro',
          name: 'vision/astro',
          display_name: 'Astronomy',
          description: 'astropy and friends (vision/astro)',
          groups: ['vision', 'everybody-astro'],
          state,
        },
      ]);
    },
  );

  it('sorts by display name, ignoring case, then by origin', () => {
    const list = profileList(
      destination,
      [],
      [
        { ...astro, name: 'c', displayName: 'torch' },
        { ...astro, name: 'b', displayName: 'Astronomy' },
        { ...astro, name: 'a', displayName: 'Torch' },
        { ...astro, namespace: 'audio', name: 'z', displayName: 'astronomy' },
      ],
    );
    const slugs = z
      .array(entry)
      .parse(read(list).profiles)
      .map(({ slug }) => slug);
    expect(slugs).toEqual(['audio_z', 'vision_b', 'vision_a', 'vision_c']);
  });

  it('has the same bytes for the same resources in any order', () => {
    const many = Array.from({ length: 8 }, (_, index) => ({
      ...astro,
      name: `n${index}`,
      createdAt: index % 3,
      image: index % 2 === 0 ? astro.image : null,
      state: index % 2 === 0 ? ('compatible' as const) : ('building' as const),
    }));
    const expected = profileList(destination, [gpu], many);
    assertProperty(
      property(shuffledSubarray(many, { minLength: many.length }), (shuffled) => {
        expect(profileList(destination, [gpu], shuffled).data).toEqual(expected.data);
      }),
    );
  });

  it("escapes users' texts", () => {
    const mean = { ...astro, displayName: '<script>alert(1)</script>', description: '<img src=x onerror=alert(1)>' };
    const text = JSON.stringify(
      read(profileList(destination, [], [mean, { ...mean, name: 'b', image: null, state: 'failed' }])),
    );
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toMatch(/[<>]/);
  });

  it('uses the name when the display name is invisible', () => {
    expect(titles(read(profileList(destination, [], [{ ...astro, displayName: '\u202e' }])).profiles)).toEqual([
      'astro',
    ]);
  });

  it("escapes the administrator's texts as well", () => {
    const machine = { ...small, displayName: '<4 cores', description: 'R&D' };
    const text = JSON.stringify(read(profileList(destination, [machine], [{ ...astro, machines: ['small'] }])));
    expect(text).toContain('&lt;4 cores: R&amp;D');
  });
});

describe('a full list', () => {
  const manyWith = (difference: Partial<Candidate>) =>
    Array.from(
      { length: 2000 },
      (_, index): Candidate => ({
        ...astro,
        name: `image-${String(index).padStart(4, '0')}`,
        displayName: `Image ${index}`,
        // The last in the alphabet is the oldest.
        createdAt: 10_000 - index,
        ...difference,
      }),
    );
  const many = manyWith({ description: 'ü'.repeat(1024) });

  it('stays below 1 MiB, keeps the oldest, and names the others', () => {
    const { data, bytes, offered, leftOut } = profileList(destination, [], many);
    const size = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(size).toBeLessThanOrEqual(bytes);
    expect(bytes).toBeLessThanOrEqual(1_000_000);
    expect(bytes).toBeGreaterThan(990_000);
    expect(offered.size + leftOut.size).toBe(2000);
    expect(offered.has('vision/image-1999')).toBe(true);
    expect(leftOut.has('vision/image-0000')).toBe(true);
  });

  it('removes no entry for a new one', () => {
    const before = profileList(destination, [], many);
    const after = profileList(destination, [], [...many, { ...astro, name: 'aaa', createdAt: 20_000 }]);
    expect([...before.offered.keys()].every((key) => after.offered.has(key))).toBe(true);
  });

  it('keeps a place for each namespace, however many images an older one has', () => {
    const others: readonly Candidate[] = [
      { ...astro, namespace: 'audio', createdAt: 20_000 },
      { ...astro, namespace: 'nlp', createdAt: 20_000 },
    ];
    const { offered, leftOut } = profileList(destination, [], [...many, ...others]);
    expect(leftOut.size).toBeGreaterThan(0);
    expect(others.map(({ namespace, name }) => offered.has(`${namespace}/${name}`))).toEqual([true, true]);
    expect(offered.has('vision/image-1999')).toBe(true);
  });

  it('prefers selectable entries to unselectable ones', () => {
    const waiting = manyWith({
      description: 'ü'.repeat(1024),
      namespace: 'early',
      image: null,
      state: 'building',
      createdAt: 0,
    });
    const alone = profileList(destination, [], many);
    const { offered, unavailable } = profileList(destination, [], [...waiting, ...many]);
    expect(offered.size).toBe(alone.offered.size);
    // The remaining space is less than an image takes.
    expect(unavailable).toBeLessThanOrEqual(1);
  });

  it('has room for 2,000 images with usual texts', () => {
    const usual = manyWith({ description: 'astropy and friends' });
    expect(profileList(destination, [], usual)).toMatchObject({ leftOut: new Set() });
  });
});

it.each([
  [{}, {}, true],
  [{ namespaces: ['vision'] }, {}, true],
  [{ namespaces: ['audio'] }, {}, false],
  [{ selector: { team: 'vision' } }, {}, true],
  [{ selector: { team: 'vision', tier: 'gold' } }, {}, false],
  [{ selector: { team: 'vision' } }, { labels: {} }, false],
] satisfies [Partial<Destination>, Partial<Candidate>, boolean][])(
  'a destination with %j selects one with %j: %s',
  (narrowed, difference, expected) => {
    expect(isSelected({ ...destination, ...narrowed }, { ...astro, ...difference })).toBe(expected);
  },
);
