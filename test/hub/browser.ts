import { type Browser, chromium as driver, type Page } from 'playwright-core';
import { chromium } from '../../tools/cluster/artifacts/jupyterhub.ts';
import { eventually } from '../../tools/eventually.ts';
import type { Hub } from './hub.ts';

const waitMilliseconds = 120_000;
/** How long the first output of a cell may take before it is run again. */
const againMilliseconds = 15_000;

/** Chromium of Debian's packages, without a window. */
export async function openBrowser(): Promise<Browser> {
  const { program, env } = await chromium();
  return driver.launch({
    executablePath: program,
    // Tests run as root, where Chromium has no sandbox; it sees pages of this machine only.
    chromiumSandbox: false,
    env: { ...process.env, ...env },
  });
}

/** A logged-in user of the Hub on the page that offers servers. */
export async function openSpawnPage(browser: Browser, hub: Hub, user: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: hub.url, viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(waitMilliseconds);
  const page = await context.newPage();
  await page.goto('/hub/login?next=%2Fhub%2Fspawn');
  await page.getByLabel('Username').fill(user);
  await page.getByLabel('Password').fill(hub.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/hub/spawn');
  return page;
}

/** Names of what the spawn page offers, and whether each can be chosen. */
export async function offered(page: Page): Promise<ReadonlyMap<string, 'selectable' | 'disabled'>> {
  await page.reload();
  const entries = await page.locator('label.profile').all();
  return new Map(
    await Promise.all(
      entries.map(async (entry) => {
        const name = await entry.locator('h3').innerText();
        return [name, (await entry.locator('input').isDisabled()) ? 'disabled' : 'selectable'] as const;
      }),
    ),
  );
}

/** Runs a cell in a new notebook of JupyterLab, as its user does: open, type, run. @returns what it printed */
export async function runCell(page: Page, hub: Hub, user: string, code: string): Promise<string> {
  await page.goto(`${hub.url}/user/${user}/lab?reset`);
  await page.locator('.jp-LauncherCard[data-category="Notebook"]').first().click();
  const cell = page.locator('.jp-CodeCell').first();
  await cell.locator('.cm-content').click();
  await page.keyboard.type(code);
  const output = cell.locator('.jp-OutputArea-output').first();
  // As a user does, again: JupyterLab runs nothing, and says nothing, as long as the kernel is not connected.
  return eventually('the cell has printed something', waitMilliseconds / 1000, async () => {
    await cell.locator('.cm-content').press('Control+Enter');
    await output.waitFor({ timeout: againMilliseconds });
    return output.innerText();
  });
}
