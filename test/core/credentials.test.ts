import { beforeAll, expect, it } from 'vitest';
import { builtImage, openScene, type Scene } from '../node/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('core-credentials');
});

it('a registry with authentication and TLS takes the push with a Secret that no RUN step can find', async () => {
  const { secured } = scene.cluster.registries;
  await scene.login('push', secured);
  const password64 = Buffer.from(`${secured.username}:${secured.password}`).toString('base64');
  const part = password64.slice(4, -4);
  // A step that finds the credential anywhere fails the build. The bracket keeps the pattern from finding itself.
  const look = `RUN ! grep -r -s -e '[${part.slice(0, 1)}]${part.slice(1)}' /imagespec /kaniko/.docker /proc/1/environ`;
  await scene.apply('secured', {
    dockerfile: `FROM debian:bookworm-slim\n${look}\n`,
    output: { repository: `${secured.host}/core/secured`, pushSecret: 'push' },
    jupyterHub: { policy: 'Skip' },
  });
  expect(builtImage(await scene.settled('secured'))).toContain(`${secured.host}/core/secured@sha256:`);
});
