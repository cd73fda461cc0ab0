import { beforeAll, describe, expect, it } from 'vitest';
import { succeed } from '../integration/kubectl.ts';
import { builtImage, openScene, readyReason, type Scene } from '../node/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

describe('what goes wrong', () => {
  it('an ImageSpec with neither base nor Dockerfile is refused at admission', async () => {
    const manifest = {
      apiVersion: 'imagespec.dev/v1alpha1',
      kind: 'ImageSpec',
      metadata: { name: 'neither' },
      spec: {},
    };
    const { exitCode, stderr } = await scene.kubectl(['create', '-f', '-'], JSON.stringify(manifest));
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('exactly one of baseImage');
  });

  it('a base that does not exist is named', async () => {
    await scene.apply('no-base', { baseImage: 'jupyter/nothing-here' });
    const status = await scene.settled('no-base');
    expect(readyReason(status)).toBe('BaseImageNotFound');
    expect(status.failure?.message).toContain('jupyter/nothing-here');
  });

  it('a package that does not exist is named, with its place and the log, and tried once', async () => {
    await scene.apply('no-package', {
      baseImage: 'jupyter/minimal-notebook',
      packages: { pip: ['astropyy-does-not-exist'] },
    });
    const status = await scene.settled('no-package');
    expect(status.failure).toMatchObject({ reason: 'PackageNotFound', packages: ['astropyy-does-not-exist'] });
    expect(status.failure?.message).toContain('packages.pip[0]');
    expect(status.failure?.log).toContain('No matching distribution found for astropyy-does-not-exist');
    expect(status.build?.attempt).toBe(1);
  });
});

describe('a registry with authentication and TLS', () => {
  it('takes the push with a Secret that no RUN step can find', async () => {
    const { host, username, password } = scene.cluster.registries.secured;
    await succeed(
      scene.kubectl([
        'create',
        'secret',
        'docker-registry',
        'push',
        `--docker-server=${host}`,
        `--docker-username=${username}`,
        `--docker-password=${password}`,
      ]),
    );
    const password64 = Buffer.from(`${username}:${password}`).toString('base64');
    const part = password64.slice(4, -4);
    // A step that finds the credential anywhere fails the build. The bracket keeps the pattern from finding itself.
    const look = `RUN ! grep -r -s -e '[${part.slice(0, 1)}]${part.slice(1)}' /imagespec /kaniko/.docker /proc/1/environ`;
    await scene.apply('secured', {
      dockerfile: `FROM jupyter/minimal-notebook\nUSER root\n${look}\nUSER 1000\n`,
      output: { repository: `${host}/secured/astro`, pushSecret: 'push' },
    });
    const status = await scene.settled('secured');
    expect(status.failure).toBeUndefined();
    expect(readyReason(status)).toBe('BuildSucceeded');
    expect(status.image).toContain(`${host}/secured/astro@sha256:`);
  });

  it('opens a base with pullSecret, to the operator and to the builder, and to nobody without it', async () => {
    const { host, username, password } = scene.cluster.registries.secured;
    const elsewhere = JSON.stringify({
      auths: {
        // Another host, another path and the right one, as a Secret for several registries has them.
        'https://registry.example.com/v2/': { auth: Buffer.from('other:other').toString('base64') },
        [`${host}/other`]: { username: 'other', password: 'other' },
        [`${host}/secured`]: { username, password },
      },
    });
    await succeed(
      scene.kubectl([
        'create',
        'secret',
        'generic',
        'pull',
        '--type=kubernetes.io/dockerconfigjson',
        `--from-literal=.dockerconfigjson=${elsewhere}`,
      ]),
    );
    const spec = { baseImage: `${host}/secured/astro`, env: [{ name: 'A', value: 'b' }] };
    await scene.apply('private-base', { ...spec, pullSecret: 'pull' });
    await scene.apply('private-base-closed', spec);
    expect(readyReason(await scene.settled('private-base-closed'))).toBe('BaseImageUnauthorized');
    builtImage(await scene.settled('private-base'));
  });

  it('says so when nobody may push', async () => {
    await scene.apply('no-secret', {
      baseImage: 'jupyter/minimal-notebook',
      output: { repository: `${scene.cluster.registries.secured.host}/secured/other` },
    });
    const status = await scene.settled('no-secret');
    expect(readyReason(status)).toBe('PushUnauthorized');
    expect(status.build?.jobName).toBeUndefined();
  });
});
