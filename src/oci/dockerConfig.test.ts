import { describe, expect, it } from 'vitest';
import { type Credential, credentialFor, type DockerConfigEntry, parseDockerConfig } from './dockerConfig.ts';
import { parseReference, type Repository } from './reference.ts';

const as = (username: string) => ({ username, password: 'p' });

function entriesOf(...secrets: readonly Record<string, object>[]): readonly DockerConfigEntry[] {
  return secrets.flatMap((auths) => {
    const parsed = parseDockerConfig(JSON.stringify({ auths }));
    if (!parsed.ok) {
      throw new Error(parsed.message);
    }
    return parsed.value;
  });
}

function userOf(credential: Credential | undefined): string | undefined {
  return credential?.is === 'password' ? credential.username : credential?.token;
}

function repositoryOf(image: string): Repository {
  const reference = parseReference(image);
  if (!reference.ok) {
    throw new Error(reference.message);
  }
  return reference.value;
}

/** The form in the kubelet's tests: a host and any path. */
function place(text: string): Repository {
  const slash = text.indexOf('/');
  return { registry: text.slice(0, slash), repository: text.slice(slash + 1) };
}

describe('credentialFor', () => {
  // kubernetes v1.35 pkg/credentialprovider/keyring_test.go: TestURLsMatch, TestDockerKeyringForGlob, TestKeyringMiss.
  it.each([
    ['*.kubernetes.io', 'prefix.kubernetes.io/', true],
    ['prefix.*.io', 'prefix.kubernetes.io/', true],
    ['prefix.kubernetes.*', 'prefix.kubernetes.io/', true],
    ['*-good.kubernetes.io', 'prefix-good.kubernetes.io/', true],
    ['*.kubernetes.io/blah', 'prefix.kubernetes.io/blah', true],
    ['prefix.*.io/foo', 'prefix.kubernetes.io/foo/bar', true],
    ['*.kubernetes.io:1111/blah', 'prefix.kubernetes.io:1111/blah', true],
    ['prefix.*.io:1111/foo', 'prefix.kubernetes.io:1111/foo/bar', true],
    ['*.kubernetes.io', 'kubernetes.io/', false],
    ['*.*.kubernetes.io', 'prefix.kubernetes.io/', false],
    ['*.*.kubernetes.io', 'kubernetes.io/', false],
    ['*kubernetes.io', 'a.kubernetes.io/', false],
    ['*kubernetes.io', 'kubernetes.io/', true],
    ['*.*.*.kubernetes.io', 'a.b.c.kubernetes.io/', true],
    ['kubernetes.io', 'kubernetes.com/', false],
    ['k*.io', 'quay.io/', false],
    ['*.kubernetes.io:1234/blah', 'prefix.kubernetes.io:1111/blah', false],
    ['prefix.*.io/foo', 'prefix.kubernetes.io:1111/foo/bar', false],
    ['https://hello.kubernetes.io', 'hello.kubernetes.io/foo/bar', true],
    ['https://*.docker.io', 'prefix.docker.io/foo/bar', true],
    ['https://*.docker.io/path', 'prefix.docker.io/path/foo/bar', true],
    ['https://prefix.*.io/path', 'prefix.docker.io/path/subpath/foo/bar', true],
    ['https://*.docker.io:8888', 'prefix.docker.io:8888/foo/bar', true],
    ['https://*.docker.io/path:1111', 'prefix.docker.io/path:1111/foo/bar', true],
    ['https://*.docker.io/v1/', 'prefix.docker.io/path:1111/foo/bar', true],
    ['https://*.docker.io/v2/', 'prefix.docker.io/path:1111/foo/bar', true],
    ['prefix.docker.io:1111', 'prefix.docker.io:1111/path/foo/bar', true],
    ['https://hello.kubernetes.io', 'world.mesos.org/foo/bar', false],
    ['https://*.docker.com', 'prefix.docker.io/foo/bar', false],
    ['https://prefix.docker.c*', 'prefix.docker.io/foo/bar', false],
    ['https://prefix.*.io/path:1111', 'prefix.docker.io/path/subpath:1111/foo/bar', false],
    ['https://index.docker.io/v1/', 'world.mesos.org/foo/bar', false],
    // An entry's path is a prefix of the text, not of whole components.
    ['r.example.com/team', 'r.example.com/teams/x', true],
    // `*` occurs more than once in a label, and never matches more than a label.
    ['a*b*c.io', 'axxbyyc.io/foo', true],
    ['a*b*c.io', 'axxcyyb.io/foo', false],
    ['ab*bc.io', 'abc.io/foo', false],
    ['[::1]:5000', '[::1]:5000/foo', true],
  ])('%s for %s: %s', (key, target, matches) => {
    expect(credentialFor(entriesOf({ [key]: as('a') }), place(target)) !== undefined).toBe(matches);
  });

  it.each<[string, Record<string, object>, string, string | undefined]>([
    ['host', { 'quay.io': as('a') }, 'quay.io/xx/y', 'a'],
    ['other host', { 'quay.io': as('a') }, 'ghcr.io/xx/y', undefined],
    ['a host in upper case opens nothing, as for the kubelet', { 'Quay.IO': as('a') }, 'quay.io/xx/y', undefined],
    ['Docker Hub as docker login writes it', { 'https://index.docker.io/v1/': as('a') }, 'ubuntu', 'a'],
    ['Docker Hub as index.docker.io', { 'index.docker.io': as('a') }, 'jupyter/x', 'a'],
    ['Docker Hub as docker.io', { 'docker.io': as('a') }, 'jupyter/x', 'a'],
    ['docker.io before index.docker.io', { 'index.docker.io': as('a'), 'docker.io': as('b') }, 'jupyter/x', 'b'],
    ['an organisation on Docker Hub', { 'docker.io/jupyter': as('a'), 'docker.io': as('b') }, 'jupyter/x', 'a'],
    ['another organisation', { 'docker.io/jupyter': as('a'), 'docker.io': as('b') }, 'infuseai/x', 'b'],
    ['a port is part of the host', { 'r.example.com': as('a') }, 'r.example.com:5000/xx', undefined],
    ['the longer path', { 'r.example.com': as('a'), 'r.example.com/team': as('b') }, 'r.example.com/team/x', 'b'],
    ['the name before the wildcard', { '*.example.com': as('a'), 'r.example.com': as('b') }, 'r.example.com/xx', 'b'],
    ['auth', { 'quay.io': { auth: Buffer.from('me:a:b').toString('base64') } }, 'quay.io/xx', 'me'],
    ['auth without padding', { 'quay.io': { auth: 'bWU6YQ' } }, 'quay.io/xx', 'me'],
    ['auth before username', { 'quay.io': { auth: 'bWU6YQ==', username: 'b', password: 'c' } }, 'quay.io/xx', 'me'],
    ['an entry that a credential helper left', { 'quay.io': {} }, 'quay.io/xx', undefined],
    ['identitytoken', { 'quay.io': { auth: 'bWU6', identitytoken: 'refresh' } }, 'quay.io/xx', 'refresh'],
    ['registrytoken', { 'quay.io': { registrytoken: 'bearer' } }, 'quay.io/xx', 'bearer'],
    ['a key that is no host', { 'not a host': as('a'), 'quay.io': as('b') }, 'quay.io/xx', 'b'],
  ])('%s', (_, auths, image, expected) => {
    expect(userOf(credentialFor(entriesOf(auths), repositoryOf(image)))).toBe(expected);
  });

  it('prefers the more specific entry of any Secret, and for the same place the earlier Secret', () => {
    const first = { 'quay.io': as('first'), 'ghcr.io': as('first') };
    const second = { 'quay.io': as('second'), 'ghcr.io/team': as('second') };
    const entries = entriesOf(first, second);
    expect(userOf(credentialFor(entries, repositoryOf('quay.io/team/x')))).toBe('first');
    expect(userOf(credentialFor(entries, repositoryOf('ghcr.io/team/x')))).toBe('second');
  });

  it('keeps colons in the password', () => {
    const entries = entriesOf({ 'quay.io': { auth: Buffer.from('me:a:b').toString('base64') } });
    expect(credentialFor(entries, repositoryOf('quay.io/xx'))).toEqual({
      is: 'password',
      username: 'me',
      password: 'a:b',
    });
  });
});

describe('parseDockerConfig', () => {
  it.each([
    ['hunter2', '.dockerconfigjson is not JSON'],
    ['"hunter2"', '.dockerconfigjson'],
    ['{"auths": ["hunter2"]}', 'auths'],
    ['{"auths": {"quay.io": "hunter2"}}', 'auths["quay.io"]'],
    ['{"auths": {"quay.io": {"password": ["hunter2"]}}}', 'auths["quay.io"].password'],
    ['{"auths": {"quay.io": {"auth": "hunter2!"}}}', 'auths["quay.io"].auth is not base64'],
    [
      `{"auths": {"quay.io": {"auth": "${Buffer.from('hunter2').toString('base64')}"}}}`,
      'auths["quay.io"].auth is not base64 of USER:PASSWORD',
    ],
  ])('names the place in %s but not the secret', (text, place) => {
    const parsed = parseDockerConfig(text);
    const message = parsed.ok ? '' : parsed.message;
    expect(message).toContain(place);
    expect(message).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it.each(['{}', '{"auths": {}}', '{"auths": {}, "credsStore": "desktop", "HttpHeaders": {}}'])(
    '%s is empty',
    (text) => {
      expect(parseDockerConfig(text)).toEqual({ ok: true, value: [] });
    },
  );
});
