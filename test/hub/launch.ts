import type { Hub } from './hub.ts';
import { askForFiles, visit } from './visit.ts';

/** The result of an image in a Hub, as its users see it. */
export interface Launch {
  /** Whether the user got a page of their server, which knows that user and no other. */
  readonly works: 'yes' | 'no';
  /** The outcome in words. */
  readonly outcome: string;
}

/** Has the Hub launch an image for a user. Looks at it as the user and as a stranger, then stops it. */
export async function launch(hub: Hub, user: string, image: string): Promise<Launch> {
  const spawned = await hub.spawn(user, { image });
  if (spawned.is === 'failed') {
    return { works: 'no', outcome: spawned.because };
  }
  try {
    const problem = await problemOf(hub, user);
    return problem === undefined
      ? { works: 'yes', outcome: `ready after ${spawned.milliseconds} ms` }
      : { works: 'no', outcome: problem };
  } finally {
    await hub.stopServer(user);
  }
}

/** Faults of a server that the Hub calls ready, as its user and a stranger see it. */
export async function problemOf(hub: Hub, user: string): Promise<string | undefined> {
  const page = await visit(hub, user);
  if (page.is === 'noPage') {
    return `the server answers the Hub, but its user gets no page: ${page.because}`;
  }
  const withToken = await askForFiles(hub, user, await hub.tokenOf(user));
  if (withToken !== 200) {
    return `the server does not know its user's token: it answers ${withToken}`;
  }
  const withoutToken = await askForFiles(hub, user);
  return withoutToken === 200 ? 'everybody can read its files, without a login' : undefined;
}
