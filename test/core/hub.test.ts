import { afterAll, beforeAll, expect, it } from 'vitest';
import { slugOf } from '../../src/jupyterhub/slug.ts';
import { type Hub, startHub } from '../hub/hub.ts';
import { problemOf } from '../hub/launch.ts';
import { verdictOf } from '../hub/verdict.ts';
import { offeredTo } from '../hub/visit.ts';
import { succeed } from '../integration/kubectl.ts';
import { snippet } from '../node/list.ts';
import { builtImage, openScene, type Scene } from '../node/scene.ts';
import { list, probe } from '../node/settings.ts';

/** The way of an image from an ImageSpec to a user's server, through a real JupyterHub without manual intervention. */
const name = 'core-notebook';
const slug = slugOf(list.images, name);
const version = '5.5.4';
/** A limit, no expectation. */
const publishedSeconds = 300;

let scene: Scene;
let hub: Hub;

beforeAll(async () => {
  scene = await openScene(list.images);
  await scene.apply(name, { baseImage: 'jupyter/minimal-notebook', env: [{ name: 'GREETING', value: 'hello' }] });
  // The Hub starts while the image is built.
  hub = await startHub({
    cluster: scene.cluster,
    version,
    namespace: list.hub,
    startTimeoutSeconds: 120,
    httpTimeoutSeconds: probe.timeoutSeconds,
    extraConfig: [snippet],
  });
});

afterAll(() => hub?.stop());

it('an image is built, launched to prove it, and published', async () => {
  builtImage(await scene.settled(name));
  const published = ['-n', list.images, 'wait', `imagespec/${name}`, '--for=condition=Published=True'];
  await succeed(scene.kubectl([...published, `--timeout=${publishedSeconds}s`]));
  expect((await verdictOf(scene, name, version)).reason).toBe('LaunchVerified');
});

it('its group finds it on the page of the Hub, and gets a server of this image', async () => {
  const user = 'core-maria';
  await hub.joinGroup(user, list.images);
  expect(await offeredTo(hub, user)).toContain(slug);
  try {
    expect(await hub.spawn(user, { profile: slug })).toMatchObject({ is: 'ready' });
    expect(await problemOf(hub, user)).toBeUndefined();
    const pod = ['-n', list.hub, 'get', 'pod', `jupyter-${user}`, '-o', 'jsonpath={.spec.containers[0].image}'];
    expect(await succeed(scene.kubectl(pod))).toBe((await scene.settled(name)).image);
  } finally {
    await hub.stopServer(user);
  }
});

it('others do not find it, and get no server of it', async () => {
  const user = 'core-stranger';
  await hub.joinGroup(user, 'elsewhere');
  expect(await offeredTo(hub, user)).toEqual(['hub-default']);
  expect(await hub.spawn(user, { profile: slug })).toMatchObject({ is: 'failed' });
});
