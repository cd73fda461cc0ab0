import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kubernetes/clock.ts';
import type { Credential } from '../../src/oci/dockerConfig.ts';
import { parseReference, type Reference } from '../../src/oci/reference.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { Registries } from '../../tools/cluster/cluster.ts';
import { dockerEngine, enginePossible } from './docker/engine.ts';
import { type DockerRegistries, dockerRegistries } from './docker/registries.ts';

/** A real registry with TLS by its own authority and htpasswd, in a container of a real Docker engine. */
const possible = await enginePossible();

const image = 'team/example:1';
const platform = 'linux/amd64';

describe.skipIf(possible.is === 'impossible')('a registry with authentication and TLS', () => {
  let docker: DockerRegistries;
  let secured: Registries['secured'];
  let right: Extract<Credential, { is: 'password' }>;
  let folder: string;
  let archive: string;
  let crane: string;
  const trusted = getCACertificates('default');

  beforeAll(async () => {
    crane = (await kubernetesBinaries()).crane;
    docker = await dockerRegistries(await dockerEngine());
    ({ secured } = docker.registries);
    right = { is: 'password', username: secured.username, password: secured.password };
    folder = await mkdtemp(join(tmpdir(), 'registry-auth-'));
    archive = join(folder, 'image.tar');
    await mkdir(join(folder, 'layer'));
    await writeFile(join(folder, 'layer', 'hello.txt'), 'hello\n');
    await run('tar', ['-C', join(folder, 'layer'), '-cf', join(folder, 'layer.tar'), '.']);
    const append = ['append', '--oci-empty-base', '-f', join(folder, 'layer.tar'), '-t', image, '-o', archive];
    await run(crane, append);
  });

  afterAll(async () => {
    await docker.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** crane with just this credential and this authority. */
  async function withCrane(
    argv: readonly string[],
    credential: typeof right | undefined,
    authority: string,
  ): Promise<string> {
    const config = await mkdtemp(join(folder, 'docker-'));
    const auths =
      credential === undefined
        ? {}
        : { [secured.host]: { username: credential.username, password: credential.password } };
    await writeFile(join(config, 'config.json'), JSON.stringify({ auths }));
    return run(crane, argv, {
      env: { DOCKER_CONFIG: config, SSL_CERT_FILE: authority, SSL_CERT_DIR: folder, NO_PROXY: '*', no_proxy: '*' },
    });
  }

  function referenceOf(text: string): Reference {
    const parsed = parseReference(`${secured.host}/${text}`);
    if (!parsed.ok) throw new Error(`${text} is no reference`);
    return parsed.value;
  }

  function client() {
    return createRegistry({
      fetch,
      clock: systemClock,
      log: () => {},
      requestTimeoutMs: 40_000,
      insecureHosts: [],
      mirrors: [],
      allowed: null,
    });
  }

  // The first one: a connection that was trusted once is used again.
  it('is not trusted without its authority', async () => {
    const push = withCrane(['push', archive, `${secured.host}/${image}`], right, '/dev/null');
    await expect(push).rejects.toThrow(/x509|certificate/);
    const result = await client().resolve(referenceOf(image), platform, right);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'certificateUntrusted' } });
  });

  describe('by those who trust its authority', () => {
    beforeAll(async () => {
      setDefaultCACertificates([...trusted, await readFile(secured.ca, 'utf8')]);
    });

    afterAll(() => setDefaultCACertificates(trusted));

    it('takes an image from crane with credential and authority, and gives it back', async () => {
      const target = `${secured.host}/${image}`;
      const pushed = await withCrane(['push', archive, target], right, secured.ca);
      const digest = (await withCrane(['digest', target], right, secured.ca)).trim();
      expect(pushed.trim()).toBe(`${secured.host}/team/example@${digest}`);
      await withCrane(['export', target, join(folder, 'exported.tar')], right, secured.ca);
      expect(await run('tar', ['-xOf', join(folder, 'exported.tar'), 'hello.txt'])).toBe('hello\n');
    });

    it.each([
      { name: 'no credential', credential: () => undefined },
      { name: 'a wrong password', credential: () => ({ ...right, password: 'wrong' }) },
      { name: 'an unknown user', credential: () => ({ ...right, username: 'stranger' }) },
    ])('answers $name with 401, for crane and for the operator', async ({ credential }) => {
      const push = withCrane(['push', archive, `${secured.host}/team/refused:1`], credential(), secured.ca);
      await expect(push).rejects.toThrow(/401|UNAUTHORIZED/);
      const registry = client();
      const reference = referenceOf(image);
      for (const result of [
        await registry.resolve(reference, platform, credential()),
        await registry.digestOf(reference, credential()),
        await registry.pushAccess(reference, credential()),
      ]) {
        expect(result).toMatchObject({ ok: false, failure: { kind: 'unauthorized' } });
        expect(JSON.stringify(result)).not.toContain(right.password);
      }
    });

    it('lets the operator resolve, tag and test its right to push', async () => {
      const registry = client();
      const digest = (await withCrane(['digest', `${secured.host}/${image}`], right, secured.ca)).trim();
      const reference = referenceOf(image);
      expect(await registry.resolve(reference, platform, right)).toMatchObject({
        ok: true,
        value: { digest, user: '' },
      });
      expect(await registry.pushAccess(reference, right)).toEqual({ ok: true, value: true });
      expect(await registry.putTag(referenceOf('team/example:moved'), digest, right)).toEqual({
        ok: true,
        value: true,
      });
      expect(await registry.digestOf(referenceOf('team/example:moved'), right)).toEqual({ ok: true, value: digest });
      expect(await registry.digestOf(referenceOf('team/example:absent'), right)).toEqual({ ok: true, value: null });
      const tags = await withCrane(['ls', `${secured.host}/team/example`], right, secured.ca);
      expect(tags.trim().split('\n').toSorted()).toEqual(['1', 'moved']);
    });
  });
});

if (possible.is === 'impossible') process.stderr.write(`Not tested, a registry in a container: ${possible.because}\n`);
