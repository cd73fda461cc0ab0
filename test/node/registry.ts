import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import { debianTools } from '../../tools/cluster/artifacts/debian.ts';
import type { Certificate } from '../../tools/cluster/pki.ts';
import { type Component, startComponent, untilReady } from '../../tools/cluster/supervision/component.ts';

/** A docker-registry process that a test may end and start again: its content and its address stay. */
export interface OwnRegistry {
  /** `address:port`. */
  readonly host: string;
  /** Starts it and waits until it answers; nothing when it runs. */
  readonly start: () => Promise<void>;
  /** Kills it: connections are refused from now on. */
  readonly stop: () => Promise<void>;
  /** Replaces the users that may use it; the registry reads the file again by itself. */
  readonly allow: (logins: readonly Login[]) => Promise<void>;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The Secret with which kubelet, operator and builder log in to a registry. */
export function loginSecret(name: string, host: string, { username, password }: Login): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [host]: { username, password } } }) },
  };
}

/** Where a registry listens, and to whom. */
export interface RegistryOptions {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Its files. */
  readonly folder: string;
  /** Empty: open to everybody. */
  readonly logins: readonly Login[];
  /** null: plain http. */
  readonly certificate: Certificate | null;
}

/** Cheap on purpose: the password dies with the test. */
const bcryptRounds = 4;

/** Prepares a registry; nothing runs yet. */
export async function prepareRegistry(options: RegistryOptions): Promise<OwnRegistry> {
  const { name, address, port, logins, certificate } = options;
  const folder = join(options.folder, name);
  await mkdir(join(folder, 'storage'), { recursive: true });
  const { env, path } = await debianTools();
  const host = `${address}:${port}`;
  const htpasswd = join(folder, 'htpasswd');
  const allow = async (logins: readonly Login[]) => {
    const lines = logins.map(async ({ username, password }) => `${username}:${await hash(password, bcryptRounds)}\n`);
    await writeFile(htpasswd, (await Promise.all(lines)).join(''), { mode: 0o600 });
  };
  await allow(logins);
  const config = join(folder, 'registry.yml');
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: join(folder, 'storage') }, delete: { enabled: true } },
      http: {
        addr: host,
        ...(certificate === null
          ? {}
          : { tls: { certificate: certificate.certificateFile, key: certificate.keyFile } }),
      },
      ...(logins.length === 0 ? {} : { auth: { htpasswd: { realm: name, path: htpasswd } } }),
    }),
  );
  let running: Component | undefined;
  return {
    host,
    allow,
    start: async () => {
      if (running !== undefined) {
        return;
      }
      running = await startComponent(folder, {
        name,
        command: path('docker-registry'),
        args: ['serve', config],
        env: { ...process.env, ...env },
      });
      // Behind a private certificate, only the port can be checked.
      const scheme = certificate === null ? 'http' : 'https';
      await untilReady(running, () => answers(`${scheme}://${host}/v2/`), 30_000);
    },
    stop: async () => {
      await running?.kill();
      running = undefined;
    },
  };
}

/** A certificate that is not trusted is an answer too. */
async function answers(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return undefined;
  } catch (error) {
    const code =
      error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : '';
    return code === 'ECONNREFUSED' ? 'connection refused' : undefined;
  }
}
