import { type APIRequestContext, type APIResponse, request } from 'playwright-core';
import type { Hub } from './hub.ts';

/** The answer that a browser user gets from a user's server. */
export type Visit =
  | { readonly is: 'page' }
  /** The received page or error, in words. */
  | { readonly is: 'noPage'; readonly because: string };

const visitMilliseconds = 60_000;

/**
 * Opens a user's server where the Hub sends its user, like the user's browser: through the Hub's proxy, with the
 * login's cookies, and with all redirects of the server's login at the Hub.
 */
export async function visit(hub: Hub, user: string): Promise<Visit> {
  return withCookies(hub, async (browser) => {
    await logIn(hub, browser, user);
    return pageOf(await browser.get(`/user/${user}/`), user);
  });
}

/**
 * A request for the files of a user's server, without a login or with a token. The server must check the token with the Hub.
 *
 * @returns the status code
 */
export async function askForFiles(hub: Hub, user: string, token?: string): Promise<number> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `token ${token}` };
  const answer = await fetch(`${hub.url}/user/${user}/api/contents`, { headers, redirect: 'manual' });
  await answer.body?.cancel();
  return answer.status;
}

/** The entries of the page on which a logged-in user chooses a server: their slugs. */
export async function offeredTo(hub: Hub, user: string): Promise<readonly string[]> {
  return withCookies(hub, async (browser) => {
    await logIn(hub, browser, user);
    const answer = await browser.get('/hub/spawn');
    const inputs = (await answer.text()).match(/<input\b[^>]*\bname="profile"[^>]*>/g) ?? [];
    return inputs.map((input) => /\bvalue="([^"]*)"/.exec(input)?.[1] ?? '');
  });
}

async function withCookies<T>({ url }: Hub, use: (browser: APIRequestContext) => Promise<T>): Promise<T> {
  const browser = await request.newContext({ baseURL: url, timeout: visitMilliseconds });
  try {
    return await use(browser);
  } finally {
    await browser.dispose();
  }
}

async function logIn(hub: Hub, browser: APIRequestContext, user: string): Promise<void> {
  await browser.get('/hub/login');
  const { cookies } = await browser.storageState();
  const _xsrf = cookies.find(({ name }) => name === '_xsrf')?.value ?? '';
  const form = { username: user, password: hub.password, _xsrf };
  const answer = await browser.post('/hub/login?next=%2Fhub%2Fhome', { form, maxRedirects: 0 });
  if (answer.status() !== 302) {
    throw new Error(`${user} cannot log in: ${answer.status()} ${await answer.text()}`);
  }
}

function pageOf(answer: APIResponse, user: string): Visit {
  const path = new URL(answer.url()).pathname;
  if (answer.status() >= 400 || !path.startsWith(`/user/${user}/`)) {
    return { is: 'noPage', because: `${path} answers ${answer.status()}` };
  }
  return { is: 'page' };
}
