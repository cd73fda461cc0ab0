import { describe, expect, it } from 'vitest';
import { readChallenge } from './challenge.ts';

const bearer = { is: 'bearer', realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: '' };

describe('readChallenge', () => {
  it.each([
    ['Basic realm="x"', { is: 'basic' }],
    ['basic', { is: 'basic' }],
    ['Bearer realm="https://auth.docker.io/token",service="registry.docker.io"', bearer],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push",error="insufficient_scope"',
      { ...bearer, scope: 'repository:a/b:pull,push' },
    ],
    ['BEARER  Realm = "https://auth.docker.io/token" , SERVICE=registry.docker.io', bearer],
    ['Bearer service="registry.docker.io", realm="https://auth.docker.io/token"', bearer],
    ['Negotiate, Basic realm="x"', { is: 'basic' }],
    ['Negotiate YWJj==, Bearer realm="https://auth.docker.io/token", service="registry.docker.io"', bearer],
    ['Bearer realm="a\\"b"', { is: 'bearer', realm: 'a"b', service: '', scope: '' }],
    ['Digest realm="Basic x", nonce="Bearer"', undefined],
    ['Bearer service="x"', undefined],
    ['Bearer realm="unterminated', undefined],
    ['', undefined],
    [`${',;='.repeat(5000)}"`, undefined],
  ])('%s', (header, expected) => {
    expect(readChallenge(header)).toEqual(expected);
  });
});
