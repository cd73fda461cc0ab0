import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';

/** What a registry answers instead of what it holds. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A fake that stands in front of a real registry: it passes everything on, but for the repositories that it refuses. */
export interface RegistryFront {
  readonly host: string;
  /** From now on this repository has this answer; null ends it. */
  readonly answer: (repository: string, refusal: Refusal | null) => void;
  /** How many requests it refused for a repository. */
  readonly refused: (repository: string) => number;
  readonly stop: () => Promise<void>;
}

/** Docker Hub's answer past its rate limit. */
export const tooManyRequests: Refusal = {
  status: 429,
  headers: { 'retry-after': '3', 'content-type': 'application/json' },
  body: JSON.stringify({
    errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }],
  }),
};

/** A registry's answer for a repository that it does not have. */
export const unknownName: Refusal = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known to registry' }] }),
};

/** Listens at `address:port` in front of the plain registry at `upstream`. */
export async function openFront(address: string, port: number, upstream: string): Promise<RegistryFront> {
  const refusals = new Map<string, Refusal>();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(request.url ?? '')?.[1] ?? '';
    const refusal = refusals.get(repository);
    if (refusal !== undefined) {
      counts.set(repository, (counts.get(repository) ?? 0) + 1);
      response.writeHead(refusal.status, refusal.headers).end(request.method === 'HEAD' ? undefined : refusal.body);
      return;
    }
    const { host: _, ...headers } = request.headers;
    const passed = httpRequest(`${upstream}${request.url ?? ''}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.writeHead(502).end());
    request.pipe(passed);
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    host: `${address}:${port}`,
    answer: (repository, refusal) => {
      if (refusal === null) {
        refusals.delete(repository);
      } else {
        refusals.set(repository, refusal);
      }
    },
    refused: (repository) => counts.get(repository) ?? 0,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
