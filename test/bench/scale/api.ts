import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { z } from 'zod';

const kubeconfig = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ server: z.url(), 'certificate-authority-data': z.string() }) })]),
  users: z.tuple([
    z.object({ user: z.object({ 'client-certificate-data': z.string(), 'client-key-data': z.string() }) }),
  ]),
});

/** One request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  /** An object, or its JSON where the same is sent often. */
  readonly body?: object | string;
  /** Lists without anything but metadata. */
  readonly metadataOnly?: true;
}

/**
 * The API server as the user with all rights: no more than JSON over a pool of connections. It shares two processors with
 * what is measured, so it does as little as it can.
 */
export class Api {
  readonly #server: string;
  readonly #agent: Agent;

  private constructor(server: string, agent: Agent) {
    this.#server = server;
    this.#agent = agent;
  }

  /** Reads a kubeconfig with embedded certificates, as clusters on this machine have one. */
  static async open(path: string): Promise<Api> {
    const { clusters, users } = kubeconfig.parse(parse(await readFile(path, 'utf8')));
    const [{ cluster }] = clusters;
    const [{ user }] = users;
    const decoded = (data: string) => Buffer.from(data, 'base64');
    const agent = new Agent({
      allowH2: false,
      connect: {
        ca: decoded(cluster['certificate-authority-data']),
        cert: decoded(user['client-certificate-data']),
        key: decoded(user['client-key-data']),
      },
    });
    return new Api(cluster.server, agent);
  }

  /** @throws Error with the API server's answer unless its status is 2xx */
  async send({ method, path, body, metadataOnly }: ApiRequest): Promise<unknown> {
    const answer = await request(this.#server + path, {
      dispatcher: this.#agent,
      method,
      headers: {
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        accept: metadataOnly ? 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' : 'application/json',
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) {
      throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
    }
    return JSON.parse(text);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

const listed = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        resourceVersion: z.string(),
        ownerReferences: z.array(z.object({ name: z.string() })).default([]),
      }),
    }),
  ),
});

/** An object and the name of its first owner. */
export interface Owned {
  readonly name: string;
  readonly owner: string;
}

/** The objects of a collection, in the order of their last writes. */
export async function ownedIn(api: Api, path: string): Promise<readonly Owned[]> {
  const found: (Owned & { readonly version: number })[] = [];
  let place = '';
  do {
    const page = await api.send({ method: 'GET', path: `${path}?limit=500${place}`, metadataOnly: true });
    const { items, metadata } = listed.parse(page);
    for (const { metadata: meta } of items) {
      const owner = meta.ownerReferences[0]?.name ?? '';
      found.push({ name: meta.name, owner, version: Number(meta.resourceVersion) });
    }
    place = metadata.continue ? `&continue=${metadata.continue}` : '';
  } while (place !== '');
  return found.toSorted((a, b) => a.version - b.version);
}

/** Does `work` for 0 to `count` - 1, `width` side by side. */
export async function inParallel(count: number, width: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
