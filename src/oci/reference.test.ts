import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { familiarReference, formatReference, parseReference } from './reference.ts';

const hex = 'f'.repeat(64);
const hostile = ['a', 'Z', '0', ':', '/', '@', '.', '-', '_', '[', ']', '%', ' ', '\n', '☃'];

function normalised(text: string): string {
  const parsed = parseReference(text);
  return parsed.ok ? formatReference(parsed.value) : parsed.message;
}

function familiar(text: string): string {
  const parsed = parseReference(text);
  return parsed.ok ? familiarReference(parsed.value) : parsed.message;
}

describe('parseReference', () => {
  // The cases of distribution/reference v0.6.0: reference_test.go and normalize_test.go.
  it.each([
    ['test_com', 'index.docker.io/library/test_com'],
    ['test.com:tag', 'index.docker.io/library/test.com:tag'],
    ['test.com:5000', 'index.docker.io/library/test.com:5000'],
    ['test.com/repo:tag', 'test.com/repo:tag'],
    ['test:5000/repo', 'test:5000/repo'],
    ['test:5000/repo:tag', 'test:5000/repo:tag'],
    [`test:5000/repo@sha256:${hex}`, `test:5000/repo@sha256:${hex}`],
    [`test:5000/repo:tag@sha256:${hex}`, `test:5000/repo:tag@sha256:${hex}`],
    ['lowercase:Uppercase', 'index.docker.io/library/lowercase:Uppercase'],
    ['sub-dom1.foo.com/bar/baz/quux', 'sub-dom1.foo.com/bar/baz/quux'],
    ['sub-dom1.foo.com/bar/baz/quux:some-long-tag', 'sub-dom1.foo.com/bar/baz/quux:some-long-tag'],
    ['b.gcr.io/test.example.com/my-app:test.example.com', 'b.gcr.io/test.example.com/my-app:test.example.com'],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com/myimage:xn--n3h.com'],
    ['foo_bar.com:8080', 'index.docker.io/library/foo_bar.com:8080'],
    ['foo/foo_bar.com:8080', 'index.docker.io/foo/foo_bar.com:8080'],
    ['192.168.1.1', 'index.docker.io/library/192.168.1.1'],
    ['192.168.1.1:5000', 'index.docker.io/library/192.168.1.1:5000'],
    ['192.168.1.1/repo', '192.168.1.1/repo'],
    ['192.168.1.1:5000/repo:5050', '192.168.1.1:5000/repo:5050'],
    ['[2001:db8::1]/repo', '[2001:db8::1]/repo'],
    ['[2001:db8:1:2:3:4:5:6]/repo:tag', '[2001:db8:1:2:3:4:5:6]/repo:tag'],
    [`[2001:db8::1]:5000/repo:tag@sha256:${hex}`, `[2001:db8::1]:5000/repo:tag@sha256:${hex}`],
    ['[2001:db8::]:5000/repo', '[2001:db8::]:5000/repo'],
    ['[::1]:5000/repo', '[::1]:5000/repo'],
    [`example.com/${'a'.repeat(255)}:tag`, `example.com/${'a'.repeat(255)}:tag`],
    [`${'a/'.repeat(127)}a:tag`, `index.docker.io/${'a/'.repeat(127)}a:tag`],
    ['docker/docker', 'index.docker.io/docker/docker'],
    ['library/debian', 'index.docker.io/library/debian'],
    ['debian', 'index.docker.io/library/debian'],
    ['docker.io/docker/docker', 'index.docker.io/docker/docker'],
    ['docker.io/debian', 'index.docker.io/library/debian'],
    ['index.docker.io/library/debian', 'index.docker.io/library/debian'],
    ['index.docker.io/debian', 'index.docker.io/library/debian'],
    ['127.0.0.1:5000/library/debian', '127.0.0.1:5000/library/debian'],
    ['192.168.0.1:8/debian', '192.168.0.1:8/debian'],
    [`thisisthesong${'a'.repeat(51)}`, `index.docker.io/library/thisisthesong${'a'.repeat(51)}`],
    ['[fc00::1]:5000/docker/docker', '[fc00::1]:5000/docker/docker'],
    [`docker.io/${hex}`, `index.docker.io/library/${hex}`],
    ['docker---rules/docker', 'index.docker.io/docker---rules/docker'],
    ['dock__er/docker', 'index.docker.io/dock__er/docker'],
    ['d/docker', 'index.docker.io/d/docker'],
    ['library/foo/bar', 'index.docker.io/library/foo/bar'],
    [`busybox:latest@sha256:${hex}`, `index.docker.io/library/busybox:latest@sha256:${hex}`],
    // The cases of testcontainers-node's image-name.test.ts.
    ['image:latest', 'index.docker.io/library/image:latest'],
    ['domain.com/image:latest', 'domain.com/image:latest'],
    ['domain.com:5000/image:latest', 'domain.com:5000/image:latest'],
    ['parent/child:latest', 'index.docker.io/parent/child:latest'],
    ['domain.com/parent/child:latest', 'domain.com/parent/child:latest'],
    [`domain.com/image@sha256:${hex}`, `domain.com/image@sha256:${hex}`],
    // Own rules: all names of Docker Hub are one, hosts have no case, an IPv6 address has one form.
    ['registry-1.docker.io/library/debian', 'index.docker.io/library/debian'],
    ['DOCKER.IO/debian', 'index.docker.io/library/debian'],
    ['Registry.Example.COM/repo', 'registry.example.com/repo'],
    ['[0:0:0:0:0:0:0:1]:5000/repo', '[::1]:5000/repo'],
    ['registry.gitlab.com/infuseai/docker-stacks/base:v1', 'registry.gitlab.com/infuseai/docker-stacks/base:v1'],
  ])('reads %s', (text, expected) => {
    expect(normalised(text)).toBe(expected);
  });

  it.each([
    // References that distribution/reference refuses.
    ['', 'missing'],
    [':justtag', 'missing'],
    [`@sha256:${hex}`, 'missing'],
    ['repo@sha256:ffff', 'a digest must be'],
    [`validname@invaliddigest:${hex}`, 'a digest must be'],
    ['Uppercase:tag', 'lower case'],
    ['test:5000/Uppercase/lowercase:tag', 'lower case'],
    ['docker.io/docker/Docker', 'lower case'],
    [`domain/${'a'.repeat(256)}:tag`, '255'],
    ['aa/asdf$$^/aa', 'between them'],
    ['[2001:db8::1]', 'a tag is'],
    ['[2001:db8::1]:5000', 'between them'],
    ['[fe80::1%eth0]:5000/repo', 'HOST:PORT'],
    ['[2001:db8:3:4::192.0.2.33]:5000/debian', 'HOST:PORT'],
    ['fc00::1:5000/debian', 'HOST:PORT'],
    ['https://github.com/docker/docker', 'remove the scheme'],
    ['-docker/docker', 'between them'],
    ['-docker.io/docker/docker', 'HOST:PORT'],
    ['docker///docker', 'between them'],
    ['docker-/docker', 'between them'],
    ['____/____', 'between them'],
    ['dock..er/docker', 'HOST:PORT'],
    ['dock_.er/docker', 'HOST:PORT'],
    ['dock-.er/docker', 'HOST:PORT'],
    ['docker/', 'between them'],
    [hex, 'an image ID'],
    ['repo:', 'a tag is'],
    ['repo:-foo', 'a tag is'],
    [`repo:${'a'.repeat(129)}`, 'a tag is'],
    ['a b', 'no space'],
    ['a/../b', 'between them'],
    ['repo\nrun id', 'no space'],
    ['repo ', 'no space'],
    // References that it reads, but that Kaniko, crane or a URL refuses or reads differently.
    ['localhost/repo', 'localhost:PORT'],
    ['LOCALDOMAIN/debian', 'localdomain:PORT'],
    ['quay.io/x', '2 to 255'],
    ['x', '2 to 255'],
    [`repo@sha512:${hex}${hex}`, 'a digest must be'],
    ['0x7f.1/repo', 'connect to 127.0.0.1'],
    ['2130706433:5000/repo', 'connect to 127.0.0.1'],
    ['1.2.3.999/repo', 'not a valid host'],
    ['example.com:99999/repo', 'not a valid host'],
    ['example.com:0/repo', '1 to 65535'],
    ['example.com:0443/repo', '1 to 65535'],
    ['[::1::2]/repo', 'not a valid host'],
    ['a'.repeat(1025), '1024'],
  ])('refuses %j', (text, expected) => {
    const parsed = parseReference(text);
    expect(parsed.ok ? `read as ${formatReference(parsed.value)}` : parsed.message).toContain(expected);
  });

  it('round-trips both forms', () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,4}([._-][a-z0-9]{1,4}){0,2}$/);
    const registry = fc.constantFrom('', 'docker.io/', 'Quay.io/', 'host:5000/', '[::1]:5000/', '10.0.0.1/');
    const tag = fc.constantFrom('', ':latest', ':V1.2_3-x');
    const digest = fc.constantFrom('', `@sha256:${hex}`);
    fc.assert(
      fc.property(
        registry,
        fc.array(component, { minLength: 1, maxLength: 4 }),
        tag,
        digest,
        (host, path, tag, digest) => {
          const first = parseReference(`${host}${path.join('/')}${tag}${digest}`);
          fc.pre(first.ok);
          expect(parseReference(formatReference(first.value))).toEqual(first);
          expect(parseReference(familiarReference(first.value))).toEqual(first);
        },
      ),
    );
  });

  it('never throws, and quotes only a readable part', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000, unit: fc.constantFrom(...hostile) }), (text) => {
        const parsed = parseReference(text);
        expect(parsed.ok || parsed.message.length < 500).toBe(true);
      }),
    );
  });
});

describe('familiarReference', () => {
  it.each([
    ['docker.io/library/ubuntu', 'ubuntu'],
    ['index.docker.io/fooo/bar', 'fooo/bar'],
    ['library/foo/bar', 'library/foo/bar'],
    ['127.0.0.1:8000/privatebase', '127.0.0.1:8000/privatebase'],
    ['example.com/private/moonbase:1', 'example.com/private/moonbase:1'],
    [`docker.io/library/busybox:latest@sha256:${hex}`, `busybox:latest@sha256:${hex}`],
  ])('of %s', (text, expected) => {
    expect(familiar(text)).toBe(expected);
  });
});
