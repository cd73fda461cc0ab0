import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** A fake registry of an attacker: one that no honest program is. Each repository answers in its own way. */
export interface HostileRegistry {
  /** `address:port`. */
  readonly host: string;
  /** Requests so far. */
  readonly requests: () => number;
  readonly stop: () => Promise<void>;
}

/** The repositories of a hostile registry; each has every tag. */
export const repositories = {
  /** Accepts each request and never answers. */
  tarpit: 'evil/tarpit',
  /** Sends a byte of its answer every second. */
  drip: 'evil/drip',
  /** Images whose configuration is 8 MiB of empty history; the manifests of odd tags claim 1,000 bytes. */
  huge: 'evil/huge',
  /** An image whose USER holds instructions of a Dockerfile. */
  user: 'evil/user',
} as const;

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const dripMs = 1_000;
const claimed = 1_000;
/** The end of each huge configuration, made once: about 8 MiB. */
const hugeEnd = Buffer.from(`"history":[${'{},'.repeat(2_790_000)}{}]}`);

/** Listens at `address:port`; port 0 takes a free one. */
export async function openHostileRegistry(address: string, port: number): Promise<HostileRegistry> {
  let count = 0;
  const images = new Map<string, Image>();
  const server = createServer((request, response) => {
    count += 1;
    const [, repository = '', type = '', name = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    request.resume();
    if (request.url === '/v2/') {
      response.end('{}');
    } else if (repository === repositories.tarpit) {
      // The connection stays open, without an answer.
    } else if (repository === repositories.drip) {
      drip(response);
    } else if (repository === repositories.huge || repository === repositories.user) {
      if (type === 'manifests') images.set(name, images.get(name) ?? imageOf(repository, name));
      send(response, type, type === 'manifests' ? images.get(name) : withConfiguration(images, name));
    } else {
      response.writeHead(404).end();
    }
  });
  // A client that leaves before it has read everything resets the connection.
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(port, address);
  await once(server, 'listening');
  const bound = server.address();
  return {
    host: `${address}:${bound === null || typeof bound === 'string' ? port : bound.port}`,
    requests: () => count,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Image {
  readonly manifest: string;
  readonly digest: string;
  /** In parts, so that huge ones share their end. */
  readonly configuration: readonly Buffer[];
}

/** An image that no other tag has. */
function imageOf(repository: string, tag: string): Image {
  const start = `{"architecture":"amd64","os":"linux","author":${JSON.stringify(tag)},`;
  const configuration =
    repository === repositories.huge
      ? [Buffer.from(start), hugeEnd]
      : [
          Buffer.from(
            `${start}"config":${JSON.stringify({ User: '1000\nFROM evil.example/x/y\nRUN id\nUSER 1000' })}}`,
          ),
        ];
  const hash = createHash('sha256');
  let size = 0;
  for (const part of configuration) {
    hash.update(part);
    size += part.length;
  }
  const digest = `sha256:${hash.digest('hex')}`;
  const lies = repository === repositories.huge && /[13579]$/.test(tag);
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest,
    size: lies ? claimed : size,
  };
  return {
    configuration,
    digest,
    manifest: JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [] }),
  };
}

function withConfiguration(images: ReadonlyMap<string, Image>, digest: string): Image | undefined {
  return [...images.values()].find((image) => image.digest === digest);
}

function send(response: ServerResponse, type: string, image: Image | undefined): void {
  if (image === undefined) {
    response.writeHead(404).end();
  } else if (type === 'manifests') {
    const digest = `sha256:${createHash('sha256').update(image.manifest).digest('hex')}`;
    response.writeHead(200, { 'content-type': manifestType, 'docker-content-digest': digest });
    response.end(image.manifest);
  } else {
    response.writeHead(200);
    for (const part of image.configuration) response.write(part);
    response.end();
  }
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': manifestType });
  const timer = setInterval(() => response.write(' '), dripMs);
  response.on('close', () => clearInterval(timer));
}
