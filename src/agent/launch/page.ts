import { get, type IncomingHttpHeaders } from 'node:http';

/** Result of a request to an untrusted server. */
export type Reply =
  | { readonly is: 'answered'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
  /** No connection, or no HTTP response in time. */
  | { readonly is: 'nothing' };

/** At most this many bytes of a response are read. */
const maximumBody = 65_536;

/** One GET without redirects. A body longer than the bound is cut. */
export function ask(url: URL, timeoutMs: number, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, headers, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const done = () => {
        const body = Buffer.concat(chunks).subarray(0, maximumBody).toString('utf8');
        resolve({ is: 'answered', status: bounded(response.statusCode ?? 0), headers: response.headers, body });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= maximumBody) {
          done();
          response.destroy();
        }
      });
      response.on('end', done);
      response.on('error', done);
    });
    request.on('error', () => resolve({ is: 'nothing' }));
  });
}

/** A status outside HTTP's range counts as a server error. */
function bounded(status: number): number {
  return status >= 100 && status < 600 ? status : 599;
}

const maximumRedirects = 5;

/** The last page of a chain of redirects. */
export interface Page {
  readonly url: URL;
  readonly reply: Reply;
}

/**
 * The page at `base` as a user with this token gets it. Redirects inside of `base` are followed; the first response
 * that leads elsewhere, such as to a login, ends the request.
 */
export async function askPage(base: URL, timeoutMs: number, token: string): Promise<Page> {
  let url = base;
  for (let hop = 0; ; hop++) {
    const reply = await ask(url, timeoutMs, { Authorization: `token ${token}` });
    const next = reply.is === 'answered' ? redirectOf(reply.status, reply.headers, url) : undefined;
    if (next === undefined || hop === maximumRedirects) {
      return { url, reply };
    }
    if (next.origin !== base.origin || !next.pathname.startsWith(base.pathname)) {
      return { url, reply };
    }
    url = next;
  }
}

function redirectOf(status: number, { location }: IncomingHttpHeaders, from: URL): URL | undefined {
  return status >= 300 && status < 400 && location !== undefined && URL.canParse(location, from.href)
    ? new URL(location, from)
    : undefined;
}
