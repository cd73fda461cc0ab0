import { randomBytes } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import { stringify } from 'yaml';
import { run } from '../artifacts/run.ts';
import type { Registries } from '../cluster.ts';
import type { Start } from '../control-plane.ts';
import { httpGet, httpsGet } from '../http.ts';
import { createAuthority } from '../pki.ts';
import { untilReady } from '../supervision/component.ts';

const ports = { plain: 5000, secured: 5443 } as const;

/** Cheap on purpose: the password is random and dies with the cluster. */
const bcryptRounds = 4;

/** Where docker-registry keeps its content below its root folder. */
const content = join('docker', 'registry', 'v2');

/**
 * Starts both registries on the node's address: the plain one serves what `seed` holds, the secured one is empty.
 *
 * @param seed storage folder of a docker-registry.
 */
export async function startRegistries(
  folder: string,
  address: string,
  seed: string,
  env: NodeJS.ProcessEnv,
  start: Start,
): Promise<Registries> {
  const own = join(folder, 'registries');
  await mkdir(own, { mode: 0o700 });
  await plantSeed(seed, join(own, 'plain'));
  const [plain, secured] = await Promise.all([
    startPlain(own, `${address}:${ports.plain}`, env, start),
    startSecured(own, address, env, start),
  ]);
  return { plain, secured };
}

/**
 * Blobs never change once written. Hard links share them with the cache where both are on one file system. The files that
 * name them are written over when a tag moves: those are copied.
 */
async function plantSeed(seed: string, storage: string): Promise<void> {
  await mkdir(join(storage, content), { recursive: true });
  await cp(join(seed, content, 'repositories'), join(storage, content, 'repositories'), { recursive: true });
  const blobs = [join(seed, content, 'blobs'), join(storage, content)];
  await run('cp', ['-al', ...blobs]).catch(() => run('cp', ['-a', ...blobs]));
}

async function startPlain(folder: string, host: string, env: NodeJS.ProcessEnv, start: Start) {
  const config = join(folder, 'plain.yml');
  await writeFile(config, configuration(join(folder, 'plain'), { addr: host }, {}));
  const args = ['serve', config];
  const registry = await start({ name: 'registry-plain', command: 'docker-registry', args, env });
  const url = `http://${host}`;
  await untilReady(registry, async () => expectStatus(200, (await httpGet(`${url}/v2/`)).status), 30_000);
  return { host, url };
}

async function startSecured(folder: string, address: string, env: NodeJS.ProcessEnv, start: Start) {
  const host = `${address}:${ports.secured}`;
  const authority = await createAuthority(folder, 'ca', 'imagespec test registry');
  const server = await authority.issue('secured', { name: 'registry', group: 'imagespec', hosts: [address] });
  const username = 'imagespec';
  const password = randomBytes(16).toString('hex');
  const htpasswd = join(folder, 'htpasswd');
  await writeFile(htpasswd, `${username}:${await hash(password, bcryptRounds)}\n`, { mode: 0o600 });
  const config = join(folder, 'secured.yml');
  const http = { addr: host, tls: { certificate: server.certificateFile, key: server.keyFile } };
  const auth = { auth: { htpasswd: { realm: 'imagespec', path: htpasswd } } };
  await writeFile(config, configuration(join(folder, 'secured'), http, auth));
  const args = ['serve', config];
  const registry = await start({ name: 'registry-secured', command: 'docker-registry', args, env });
  const url = `https://${host}`;
  const ready = async () => expectStatus(401, (await httpsGet(`${url}/v2/`, { ca: authority.certificate })).status);
  await untilReady(registry, ready, 30_000);
  return { host, url, ca: authority.file, username, password };
}

function configuration(storage: string, http: object, rest: object): string {
  return stringify({
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http,
    ...rest,
  });
}

function expectStatus(wanted: number, status: number): string | undefined {
  return status === wanted ? undefined : `/v2/ answers ${status}`;
}
