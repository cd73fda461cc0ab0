import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from './reference.ts';

const hex = 'a'.repeat(64);

function normalised(text: string): string {
  const parsed = parseReference(text);
  return parsed.ok ? formatReference(parsed.value) : parsed.message;
}

describe('parseReference', () => {
  it.each([
    ['ubuntu', 'index.docker.io/library/ubuntu'],
    ['ubuntu:24.04', 'index.docker.io/library/ubuntu:24.04'],
    ['jupyter/minimal-notebook', 'index.docker.io/jupyter/minimal-notebook'],
    ['docker.io/ubuntu', 'index.docker.io/library/ubuntu'],
    ['index.docker.io/library/ubuntu', 'index.docker.io/library/ubuntu'],
    ['registry-1.docker.io/library/ubuntu', 'index.docker.io/library/ubuntu'],
    ['quay.io/jupyter/minimal-notebook:2026-11-16', 'quay.io/jupyter/minimal-notebook:2026-11-16'],
    ['localhost/x', 'localhost/x'],
    ['localhost:5000/x/y:tag', 'localhost:5000/x/y:tag'],
    ['Registry.Example.COM/x', 'registry.example.com/x'],
    ['[::1]:5000/x', '[::1]:5000/x'],
    [`x@sha256:${hex}`, `index.docker.io/library/x@sha256:${hex}`],
    [
      `registry.gitlab.com/infuseai/docker-stacks/base:v1@sha256:${hex}`,
      `registry.gitlab.com/infuseai/docker-stacks/base:v1@sha256:${hex}`,
    ],
    ['a__b/c--d/e.f', 'index.docker.io/a__b/c--d/e.f'],
  ])('reads %s', (text, expected) => {
    expect(normalised(text)).toBe(expected);
  });

  it.each([
    ['', 'missing'],
    ['https://quay.io/x', 'not an image reference'],
    ['a/Ubuntu', 'lower case'],
    ['x:', 'tag'],
    ['x:-y', 'tag'],
    ['x@sha256:abc', 'digest'],
    ['x@md5:abc', 'digest'],
    ['a//b', 'separators'],
    ['-a', 'separators'],
    ['a b', 'separators'],
    ['a/../b', 'separators'],
    ['x\nrun id', 'separators'],
    [`a/${'b'.repeat(300)}`, '255'],
    ['a'.repeat(1_025), '1024'],
  ])('refuses row %#', (text, expected) => {
    const parsed = parseReference(text);
    expect(parsed.ok ? '' : parsed.message).toContain(expected);
  });
});
