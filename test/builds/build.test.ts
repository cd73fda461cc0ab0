import { beforeAll, describe, expect, it } from 'vitest';
import { succeed } from '../integration/kubectl.ts';
import { builtImage, openScene, readyReason, type Scene } from '../node/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('build');
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
  it('opens a base with pullSecret, for the operator and the builder, and not without it', async () => {
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
    await scene.login('push', scene.cluster.registries.secured);
    await scene.apply('private', {
      baseImage: 'debian:bookworm-slim',
      env: [{ name: 'A', value: 'a' }],
      output: { repository: `${host}/secured/private`, pushSecret: 'push' },
      jupyterHub: { policy: 'Skip' },
    });
    builtImage(await scene.settled('private'));
    const spec = { baseImage: `${host}/secured/private`, env: [{ name: 'A', value: 'b' }] };
    await scene.apply('private-base', { ...spec, pullSecret: 'pull' });
    await scene.apply('private-base-closed', spec);
    expect(readyReason(await scene.settled('private-base-closed'))).toBe('BaseImageUnauthorized');
    builtImage(await scene.settled('private-base'));
  });

  it('reports that the credential may not push', async () => {
    await scene.apply('no-secret', {
      baseImage: 'jupyter/minimal-notebook',
      output: { repository: `${scene.cluster.registries.secured.host}/secured/other` },
    });
    const status = await scene.settled('no-secret');
    expect(readyReason(status)).toBe('PushUnauthorized');
    expect(status.build?.jobName).toBeUndefined();
  });
});
