import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../tools/eventually.ts';
import { succeed } from '../integration/kubectl.ts';
import { snippet } from '../node/list.ts';
import { openScene, type Scene } from '../node/scene.ts';
import { list, probe } from '../node/settings.ts';
import { offered, openBrowser, openSpawnPage, runCell } from './browser.ts';
import { type Hub, startHub } from './hub.ts';

/** Screenshots of the users' pages; docs/images/ has copies. */
const pictures = join(import.meta.dirname, '..', '..', 'test-results');

const version = '5.5.4';
const buildSeconds = 420;

let scene: Scene;
let hub: Hub;
let browser: Browser;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  scene = await openScene(list.images);
  hub = await startHub({
    cluster: scene.cluster,
    version,
    namespace: list.hub,
    startTimeoutSeconds: 120,
    httpTimeoutSeconds: probe.timeoutSeconds,
    extraConfig: [snippet],
  });
  undo.push(hub.stop);
  browser = await openBrowser();
  undo.push(() => browser.close());
});

afterAll(async () => {
  for (const step of undo.toReversed()) {
    await step();
  }
});

describe('an ImageSpec, and the spawn page of an untouched Hub', () => {
  it('is shown while it is built, is offered once it is proven, and gives a JupyterLab in which its package works', async ({
    task,
  }) => {
    // A retry begins with another user and another image: what the first has left must not be in its way.
    const attempt = (task.result?.retryCount ?? 0) + 1;
    const [user, displayName] = attempt === 1 ? ['maria', 'Astronomy'] : [`maria${attempt}`, `Astronomy ${attempt}`];
    // By default, the users of a group with the name of the namespace see its images.
    await hub.joinGroup(user, list.images);
    const page = await openSpawnPage(browser, hub, user);
    expect([...(await offered(page)).keys()].filter((name) => name.startsWith(displayName))).toEqual([]);

    const name = `astronomy-${attempt}`;
    await scene.apply(name, {
      displayName,
      description: 'JupyterLab with astropy',
      baseImage: 'jupyter/minimal-notebook',
      packages: { pip: ['astropy'] },
    });
    const building = await eventually('the page shows what is being built', 60, async () =>
      (await offered(page)).get(`${displayName} (is not ready yet)`),
    );
    expect(building).toBe('disabled');

    const published = '--for=condition=Published=True';
    await succeed(
      scene.kubectl(['-n', list.images, 'wait', `imagespec/${name}`, published, `--timeout=${buildSeconds}s`]),
    );
    const ready = await eventually('the page offers it', 60, async () => (await offered(page)).get(displayName));
    expect(ready).toBe('selectable');
    await page.getByText(displayName, { exact: true }).click();
    await page.screenshot({ path: join(pictures, 'hub-spawn-page.png') });

    await page.getByRole('button', { name: 'Start' }).click();
    await page.waitForURL(`**/user/${user}/lab**`);
    const printed = await runCell(page, hub, user, 'import astropy; print(astropy.__version__)');
    await page.screenshot({ path: join(pictures, 'hub-jupyterlab.png') });
    expect(printed).toMatch(/^\d+\.\d+/);
    await hub.stopServer(user);
  });

  it('is not shown to users of other groups', async () => {
    await hub.joinGroup('outsider', 'elsewhere');
    const page = await openSpawnPage(browser, hub, 'outsider');
    expect([...(await offered(page)).keys()].filter((name) => name.startsWith('Astronomy'))).toEqual([]);
  });
});
