import { expect, it } from 'vitest';
import { projectImageSpec } from './projections.ts';

const object = (spec: object) => ({
  apiVersion: 'imagespec.dev/v1alpha1',
  kind: 'ImageSpec',
  metadata: {
    namespace: 'team',
    name: 'astro',
    uid: 'uid-1',
    generation: 1,
    resourceVersion: '1',
    creationTimestamp: '2026-11-24T11:00:00Z',
  },
  spec,
});

it('of a spec that no Dockerfile can hold only the fault is kept', () => {
  const pip = Array.from({ length: 1024 }, (_, number) => `p${number}.${'a'.repeat(1000)}`);
  const seen = projectImageSpec(object({ baseImage: 'a/b', packages: { pip }, suspend: true }));
  expect(seen.tooLong?.reason).toBe('InvalidSpec');
  expect(seen.tooLong?.message).toMatch(/^spec\.packages: .* at least 10\d{5} bytes/);
  expect(JSON.stringify(seen).length).toBeLessThan(2000);
  expect(seen.spec).toMatchObject({ baseImage: 'a/b', suspend: true });
});

it('every other spec is kept whole', () => {
  const spec = { baseImage: 'a/b', packages: { pip: ['six'] }, env: [{ name: 'A', value: 'b' }] };
  expect(projectImageSpec(object(spec))).toMatchObject({ spec, tooLong: null });
});
