import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { basename, join } from 'node:path';
import type { Authority } from '../../../tools/cluster/pki.ts';

/** A stand-in for a Posit Package Manager: dated snapshots of CRAN, with binaries for the one R that asks for them. */
export interface CranRepository {
  /** Value of the setting cran.mirror. */
  readonly mirror: string;
  readonly username: string;
  readonly password: string;
  /** From now on whoever asks needs the login. */
  readonly lock: () => void;
  readonly stop: () => Promise<void>;
}

/** How R names itself where its HTTPUserAgent says what binaries it can take. */
const agentWithPlatform = /^R\/[\d.]+ R \([\d.]+ \S+-linux-gnu \S+ linux-gnu\)$/;

/**
 * Serves a repository at an address of this machine, with a certificate of this authority.
 * @param folder what test/support/servers/make-cran.sh has made
 */
export async function startCranRepository(
  address: string,
  authority: Authority,
  folder: string,
): Promise<CranRepository> {
  const { certificate, key } = await authority.issue(`cran-${randomBytes(3).toString('hex')}`, {
    name: 'cran',
    group: 'imagespec',
    hosts: [address],
  });
  const [username, password] = ['reader', randomBytes(16).toString('hex')];
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  let isLocked = false;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    if (isLocked && request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="cran"' }).end();
      return;
    }
    const takesBinaries = agentWithPlatform.test(request.headers['user-agent'] ?? '');
    void contentOf(folder, request.url ?? '', takesBinaries).then((content) => {
      response.writeHead(content === undefined ? 404 : 200, { 'content-type': 'application/gzip' }).end(content);
    });
  });
  server.listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    mirror: `https://${address}:${port}/cran/__linux__/{codename}/{snapshot}`,
    username,
    password,
    lock: () => {
      isLocked = true;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The file of `/cran/__linux__/bookworm/DATE/src/contrib/…`, or its binary; undefined for any other path. */
async function contentOf(folder: string, url: string, takesBinaries: boolean): Promise<Buffer | undefined> {
  const [, path] = /^\/cran\/__linux__\/bookworm\/(\d{4}-\d{2}-\d{2}\/src\/contrib\/[A-Za-z0-9./_-]+)$/.exec(url) ?? [];
  if (path === undefined || path.includes('..')) {
    return undefined;
  }
  const found = (file: string) => readFile(join(folder, file)).catch(() => undefined);
  const source = await found(path);
  return source === undefined || !takesBinaries ? source : ((await found(join('binary', basename(path)))) ?? source);
}
