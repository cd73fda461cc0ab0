import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { end, listen, urlOf } from '../apiserver/connect.ts';
import type { Fault, Writes } from './fault.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

interface Stored {
  readonly digest: string;
  readonly body: Buffer;
}

/**
 * Stands in for a registry: manifests and configurations in memory, without rights. The operator writes tags to it. They
 * meet the same faults as its writes to the API server.
 */
export class RegistryStandIn {
  readonly #server: Server;
  readonly #writes: Writes;
  readonly #blobs = new Map<string, Buffer>();
  /** By `REPOSITORY@DIGEST`. */
  readonly #manifests = new Map<string, Stored>();
  /** By `REPOSITORY:TAG`. */
  readonly #tags = new Map<string, string>();
  readonly #sockets = new Set<Socket>();
  #line: 'good' | 'cut' = 'good';
  /** Requests on their way. */
  busy = 0;
  /** Called for each request, and again at its end. */
  asked: () => void = () => undefined;

  private constructor(writes: Writes) {
    this.#writes = writes;
    this.#server = createServer((request, response) => {
      this.busy += 1;
      this.asked();
      response.on('close', () => {
        this.busy -= 1;
        this.asked();
      });
      void this.#serve(request, response).catch(() => request.socket.destroy());
    });
    this.#server.on('connection', (socket) => {
      if (this.#line === 'cut') {
        socket.resetAndDestroy();
        return;
      }
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(writes: Writes): Promise<RegistryStandIn> {
    const registry = new RegistryStandIn(writes);
    await listen(registry.#server);
    return registry;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return new URL(urlOf(this.#server)).host;
  }

  /** Digest of each tag. */
  get tags(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#tags].toSorted(([one], [other]) => one.localeCompare(other)));
  }

  /** Pushes an image whose content depends on `content` alone, and returns its digest. */
  push(repository: string, tag: string, content: string): string {
    const config = this.#blob({
      os: 'linux',
      architecture: 'amd64',
      config: { User: '1000', Labels: { content } },
    });
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(content), size: 1000 };
    const body = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: [layer],
      }),
    );
    const digest = digestOf(body);
    this.#manifests.set(`${repository}@${digest}`, { digest, body });
    this.#tags.set(`${repository}:${tag}`, digest);
    return digest;
  }

  /** The process that spoke to the registry is dead: no line of it works any more. */
  cut(): void {
    this.#line = 'cut';
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }

  /** Another process may speak to it. */
  heal(): void {
    this.#line = 'good';
  }

  async stop(): Promise<void> {
    await end(this.#server);
  }

  #blob(content: object): { readonly digest: string; readonly size: number } {
    const body = Buffer.from(JSON.stringify(content));
    const digest = digestOf(body);
    this.#blobs.set(digest, body);
    return { digest, size: body.length };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method = 'GET', url = '/' } = request;
    const [path = ''] = url.split('?');
    const [, repository = '', kind = '', target = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.*)$/.exec(path) ?? [];
    if (kind === 'blobs') {
      this.#serveBlob(method, repository, target, response);
    } else if (kind === 'manifests' && method === 'PUT') {
      await this.#meet(this.#writes.next('PUT tag'), request, response, () => {
        const digest = digestOf(body);
        this.#manifests.set(`${repository}@${digest}`, { digest, body });
        this.#tags.set(`${repository}:${target}`, digest);
        this.#writes.apply({ what: 'PUT tag', detail: target, version: null });
        return digest;
      });
    } else {
      this.#serveManifest(method, repository, target, response);
    }
  }

  #serveBlob(method: string, repository: string, target: string, response: ServerResponse): void {
    if (method === 'POST') {
      response.writeHead(202, { location: `/v2/${repository}/blobs/uploads/1` }).end();
      return;
    }
    const blob = this.#blobs.get(target);
    response.writeHead(method === 'DELETE' ? 204 : blob === undefined ? 404 : 200).end(blob);
  }

  #serveManifest(method: string, repository: string, target: string, response: ServerResponse): void {
    const digest = target.startsWith('sha256:') ? target : this.#tags.get(`${repository}:${target}`);
    const manifest = this.#manifests.get(`${repository}@${digest}`);
    if (manifest === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': manifestType, 'docker-content-digest': manifest.digest });
    response.end(method === 'HEAD' ? undefined : manifest.body);
  }

  async #meet(
    fault: Fault | null,
    { socket }: IncomingMessage,
    response: ServerResponse,
    apply: () => string,
  ): Promise<void> {
    if (fault?.is === 'held') {
      await this.#writes.hold();
      response.writeHead(201, { 'docker-content-digest': apply() }).end();
      return;
    }
    const isApplied = fault === null || (fault.is === 'death' ? fault.when !== 'before' : fault.commit === 'committed');
    const digest = isApplied ? apply() : '';
    const answer = () => response.writeHead(201, { 'docker-content-digest': digest }).end();
    if (fault === null) {
      answer();
      return;
    }
    switch (fault.is) {
      case 'death':
        if (fault.when === 'afterAnswer') {
          await new Promise<void>((resolve) => {
            response.on('close', resolve);
            answer();
          });
        }
        this.#writes.die();
        return;
      case 'answer':
        response
          .writeHead(
            fault.status,
            fault.retryAfterSeconds === null ? {} : { 'retry-after': String(fault.retryAfterSeconds) },
          )
          .end();
        return;
      case 'reset':
        socket.resetAndDestroy();
        return;
      case 'hang':
    }
  }
}

function digestOf(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
