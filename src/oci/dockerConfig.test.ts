import { describe, expect, it } from 'vitest';
import { credentialFor, parseDockerConfig } from './dockerConfig.ts';
import { parseReference } from './reference.ts';

function userFor(auths: Record<string, object>, image: string): string | undefined {
  const config = parseDockerConfig(JSON.stringify({ auths }));
  const reference = parseReference(image);
  if (!config.ok || !reference.ok) {
    throw new Error('the row is wrong');
  }
  return credentialFor(config.value, reference.value)?.username;
}

const as = (username: string) => ({ username, password: 'p' });

describe('credentialFor', () => {
  it.each<[string, Record<string, object>, string, string | undefined]>([
    ['host', { 'quay.io': as('a') }, 'quay.io/x/y', 'a'],
    ['other host', { 'quay.io': as('a') }, 'ghcr.io/x/y', undefined],
    ['Docker Hub in its old form', { 'https://index.docker.io/v1/': as('a') }, 'ubuntu', 'a'],
    ['docker.io', { 'docker.io': as('a') }, 'jupyter/x', 'a'],
    ['host and port', { 'r.example.com:5000': as('a') }, 'r.example.com:5000/x', 'a'],
    ['a port is part of the host', { 'r.example.com': as('a') }, 'r.example.com:5000/x', undefined],
    ['path prefix', { 'r.example.com/team': as('a') }, 'r.example.com/team/x', 'a'],
    ['not half a path component', { 'r.example.com/team': as('a') }, 'r.example.com/teams/x', undefined],
    [
      'the longest place wins',
      { 'r.example.com': as('a'), 'r.example.com/team': as('b') },
      'r.example.com/team/x',
      'b',
    ],
    ['wildcard', { '*.example.com': as('a') }, 'r.example.com/x', 'a'],
    ['a wildcard is one label', { '*.example.com': as('a') }, 'a.b.example.com/x', undefined],
    ['auth', { 'quay.io': { auth: Buffer.from('me:a:b').toString('base64') } }, 'quay.io/x', 'me'],
    ['an empty entry', { 'quay.io': {} }, 'quay.io/x', undefined],
  ])('%s', (_, auths, image, expected) => {
    expect(userFor(auths, image)).toBe(expected);
  });
});

describe('parseDockerConfig', () => {
  it.each([
    ['x', 'not JSON'],
    ['{"auths": []}', 'auths'],
    ['{"auths": {"quay.io": {"auth": "bm9jb2xvbg=="}}}', 'auths["quay.io"].auth'],
  ])('names the place in %s and not the secret', (text, place) => {
    const parsed = parseDockerConfig(text);
    const message = parsed.ok ? '' : parsed.message;
    expect(message).toContain(place);
    expect(message).not.toMatch(/nocolon|bm9jb2xvbg/);
  });
});
