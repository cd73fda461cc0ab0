import { z } from 'zod';
import { eventually } from '../../tools/eventually.ts';

/** A Hub's REST API, and the token of a service that may start anybody's server. */
export interface HubApi {
  readonly url: string;
  readonly token: string;
}

/** The Hub's report about a launch. */
export type Spawned =
  | { readonly is: 'ready'; readonly milliseconds: number }
  /** In the Hub's words. */
  | { readonly is: 'failed'; readonly because: string };

const spawnSeconds = 600;
const stopSeconds = 120;

/** The Hub's progress messages (jupyterhub, apihandlers/users.py, SpawnProgressAPIHandler). */
const progress = z.object({
  message: z.string().default(''),
  ready: z.boolean().default(false),
  failed: z.boolean().default(false),
});

/** Creates the user, starts the server and follows the Hub's progress report to the end. */
export async function spawnServer(api: HubApi, user: string, options: object): Promise<Spawned> {
  await send(api, 'POST', `/users/${user}`, undefined, [201, 409]);
  const begun = performance.now();
  const asked = await send(api, 'POST', `/users/${user}/server`, options, [201, 202, 400, 500]);
  if (asked.status === 400 || asked.status === 500) {
    return { is: 'failed', because: await asked.text() };
  }
  const events = await send(api, 'GET', `/users/${user}/server/progress`, undefined, [200]);
  for await (const event of eventsOf(events)) {
    if (event.ready) {
      return { is: 'ready', milliseconds: Math.round(performance.now() - begun) };
    }
    if (event.failed) {
      // The Hub leaves the place of the cause empty when time was up.
      return { is: 'failed', because: event.message.replace(/failed: $/, 'failed: its container never ran') };
    }
  }
  throw new Error(`the Hub's account of ${user}'s server ended without an outcome`);
}

/** Stops the server, if there is one, and waits until the Hub is done with it. */
export async function stopServer(api: HubApi, user: string): Promise<void> {
  // 400: the Hub is still busy with a launch that failed.
  await eventually(`${user}'s server is stopped`, stopSeconds, async () => {
    const { status } = await send(api, 'DELETE', `/users/${user}/server`, undefined, [202, 204, 400, 404]);
    return status === 204 || status === 404 ? status : undefined;
  });
}

/** Makes a token of the user. */
export async function tokenOf(api: HubApi, user: string): Promise<string> {
  const answer = await send(api, 'POST', `/users/${user}/tokens`, {}, [200, 201]);
  return z.object({ token: z.string() }).parse(await answer.json()).token;
}

/** Puts a user into a group; either is made when it is not there. */
export async function joinGroup(api: HubApi, user: string, group: string): Promise<void> {
  await send(api, 'POST', `/users/${user}`, undefined, [201, 409]);
  await send(api, 'POST', `/groups/${group}`, undefined, [201, 409]);
  await send(api, 'POST', `/groups/${group}/users`, { users: [user] }, [200]);
}

async function send(
  { url, token }: HubApi,
  method: string,
  path: string,
  body: object | undefined,
  expected: readonly number[],
): Promise<Response> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `token ${token}` },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(spawnSeconds * 1000),
  });
  if (!expected.includes(response.status)) {
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  return response;
}

/** Server-sent events: each is a line `data: {…}`. */
async function* eventsOf({ body }: Response): AsyncGenerator<z.infer<typeof progress>> {
  let rest = '';
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: ')) {
        yield progress.parse(JSON.parse(line.slice('data: '.length)));
      }
    }
  }
}
