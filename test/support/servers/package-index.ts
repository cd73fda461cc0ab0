import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import type { Authority } from '../../../tools/cluster/pki.ts';

/** A private Python package index (PEP 503) over TLS, which asks for a name and a password. */
export interface PackageIndex {
  /** `HOST:PORT`. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** Number of requests with the right credential. */
  readonly served: () => number;
  readonly stop: () => Promise<void>;
}

/** A wheel to serve, below an index's path. */
export interface ServedWheel {
  /** Path of the index, such as `/simple`. */
  readonly index: string;
  readonly name: string;
  readonly version: string;
}

/** Serves wheels at an address of this machine, with a certificate of this authority. */
export async function startPackageIndex(
  address: string,
  authority: Authority,
  wheels: readonly ServedWheel[],
): Promise<PackageIndex> {
  const folder = await mkdtemp(join(tmpdir(), 'imagespec-index-'));
  for (const { name, version } of wheels) {
    await run('python3', [join(import.meta.dirname, 'make-wheel.py'), folder, name, version]);
  }
  const files = new Map<string, string | Buffer>();
  for (const file of await readdir(folder)) {
    const wheel = wheels.find(({ name, version }) => file.startsWith(`${name.replaceAll('-', '_')}-${version}-`));
    if (wheel !== undefined) {
      const path = encodeURIComponent(file);
      files.set(`${wheel.index}/${wheel.name}/`, `<!DOCTYPE html><a href="${path}">${file}</a>`);
      files.set(`${wheel.index}/${wheel.name}/${path}`, await readFile(join(folder, file)));
    }
  }
  const { certificate, key } = await authority.issue(`index-${randomBytes(3).toString('hex')}`, {
    name: 'index',
    group: 'imagespec',
    hosts: [address],
  });
  await rm(folder, { recursive: true });
  const [username, password] = ['reader', randomBytes(16).toString('hex')];
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  let served = 0;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="index"' }).end();
      return;
    }
    const content = files.get(request.url ?? '');
    served += content === undefined ? 0 : 1;
    response
      .writeHead(content === undefined ? 404 : 200, {
        'content-type': typeof content === 'string' ? 'text/html' : 'application/octet-stream',
      })
      .end(content);
  });
  server.listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  return {
    host: `${address}:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    username,
    password,
    served: () => served,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
