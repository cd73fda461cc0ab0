import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReference } from '../../oci/reference.ts';
import { matchesPattern } from './patterns.ts';

const placeholders = { namespace: 'vision', name: 'astro' };

function matches(pattern: string, image: string): boolean {
  const reference = parseReference(image);
  return reference.ok && matchesPattern(pattern, reference.value, placeholders);
}

describe('matchesPattern', () => {
  it.each([
    ['quay.io/jupyter/*', 'quay.io/jupyter/minimal-notebook:latest'],
    ['quay.io/jupyter/*-notebook', 'quay.io/jupyter/minimal-notebook'],
    ['docker.io/jupyter/*', 'jupyter/minimal-notebook'],
    ['docker.io/library/python', 'python:3.12'],
    ['index.docker.io/library/*', 'docker.io/python'],
    ['registry.example.com:5000/{namespace}/**', 'registry.example.com:5000/vision/a/b/c'],
    ['registry.example.com/imagespecs/{namespace}/{name}', 'registry.example.com/imagespecs/vision/astro'],
  ])('%s takes %s', (pattern, image) => {
    expect(matches(pattern, image)).toBe(true);
  });

  it.each([
    ['quay.io/jupyter/*', 'quay.io/jupyter/a/b'],
    ['quay.io/jupyter/*', 'quay.io/jupyterx/minimal-notebook'],
    ['quay.io/jupyter/*', 'jupyter/minimal-notebook'],
    ['registry.example.com/**', 'registry.example.com.evil.example/x1'],
    ['registry.example.com/**', 'evil.example/registry.example.com/x1'],
    ['registry.example.com/**', 'registry.example.com:5000/x1'],
    ['registry.example.com/{namespace}/**', 'registry.example.com/visionary/x1'],
    ['registry.example.com/{namespace}/**', 'registry.example.com/vision'],
    ['quay.io/jupyter/a*b*c', 'quay.io/jupyter/acb'],
  ])('%s does not take %s', (pattern, image) => {
    expect(matches(pattern, image)).toBe(false);
  });

  it('agrees with a regular expression on one segment', () => {
    const text = string({ unit: constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
    const name = string({ unit: constantFrom('a', 'b'), minLength: 2, maxLength: 8 });
    assert(
      property(text, name, (pattern, path) => {
        const expected = new RegExp(`^${pattern.replaceAll(/\*+/g, '[^/]*')}$`).test(path);
        // "**" alone is the pattern of any path.
        expect(matches(`r.example/x/${pattern}`, `r.example/x/${path}`)).toBe(pattern === '**' || expected);
      }),
    );
  });
});
