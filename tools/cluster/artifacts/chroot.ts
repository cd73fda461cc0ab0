import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** Options of unshare(1): all mounts end with the program, even when it is killed. */
export const ownMounts = ['--mount', '--fork', '--kill-child'];

/** Only what a package index needs; no other variable of this machine affects the image. */
const pipEnvironment = {
  PIP_FIND_LINKS: undefined,
  PIP_CERT: '/tmp/ca.crt',
  REQUESTS_CA_BUNDLE: '/tmp/ca.crt',
  SSL_CERT_FILE: '/tmp/ca.crt',
  HOME: '/root',
};

/** Runs a program as root in a folder that stands for `/`. Packages can be fetched once the network is borrowed. */
export async function runInside(root: string, ...argv: readonly string[]): Promise<string> {
  await mkdir(join(root, 'dev'), { recursive: true });
  const enter = '/bin/mount --rbind /dev "$1/dev" && exec chroot "$@"';
  return run('unshare', [...ownMounts, 'sh', '-c', enter, 'sh', root, ...argv], { env: pipEnvironment });
}

/**
 * Gives the folder this machine's name resolution and trust while packages are fetched.
 *
 * @returns paths to remove afterwards
 */
export async function borrowNetwork(root: string): Promise<readonly string[]> {
  const [resolver, bundle] = [join(root, 'etc', 'resolv.conf'), join(root, 'tmp', 'ca.crt')];
  await rm(resolver, { force: true });
  await copyFile('/etc/resolv.conf', resolver);
  await copyFile('/etc/ssl/certs/ca-certificates.crt', bundle);
  return [resolver, bundle];
}
