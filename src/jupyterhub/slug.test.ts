import { assert, pre, property, stringMatching, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { slugOf } from './slug.ts';

it.each([
  ['vision', 'astro', 'vision_astro'],
  ['a-b', 'c', 'a-b_c'],
  ['a', 'b-c', 'a_b-c'],
  ['vision', 'astro.v2', 'vision_astro-v2_5435e99d'],
  ['vision', 'astro--v2', 'vision_astro-v2_01cecf1d'],
])('%s/%s is %s', (namespace, name, slug) => {
  expect(slugOf(namespace, name)).toBe(slug);
});

const label = stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const subdomain = stringMatching(/^[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?$/);

it('is short, valid in a form field and an element, and unique', () => {
  assert(
    property(tuple(label, subdomain, label, subdomain), ([namespace, name, otherNamespace, otherName]) => {
      pre(namespace !== otherNamespace || name !== otherName);
      const slug = slugOf(namespace, name);
      expect(slug).toMatch(/^[a-z0-9_-]{3,63}$/);
      expect(slug).not.toContain('--');
      expect(slug).not.toBe(slugOf(otherNamespace, otherName));
    }),
  );
});
