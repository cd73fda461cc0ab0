import { createRequire } from 'node:module';
import { join } from 'node:path';
import { unpacked } from './debian.ts';
import { pythonWith } from './python.ts';

/** Versions of JupyterHub whose Hub is run: the last of each major that zero-to-jupyterhub still ships. */
export const hubVersions = ['4.1.6', '5.5.4'] as const;
export type HubVersion = (typeof hubVersions)[number];

/** Python with JupyterHub and KubeSpawner, from the package index. */
export function jupyterHub(version: HubVersion): Promise<string> {
  return pythonWith(`jupyterhub-${version.split('.')[0] ?? ''}`, [
    `jupyterhub==${version}`,
    'jupyterhub-kubespawner==7.1.0',
  ]);
}

/** Path of the script of configurable-http-proxy, the proxy in front of every Hub; Node runs it. */
export function httpProxy(): string {
  return createRequire(import.meta.url).resolve('configurable-http-proxy/bin/configurable-http-proxy');
}

/** A browser without a window. */
export interface Browser {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

const machine = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;

/** Chromium and a font from Debian's packages, unpacked and not installed. */
export async function chromium(): Promise<Browser> {
  const packages = ['chromium-headless-shell', 'fontconfig-config', 'fonts-dejavu-core'];
  const root = join(await unpacked('chromium', packages, 'and what they need'), 'root');
  const architecture = process.arch === 'arm64' ? machine.arm64 : machine.x64;
  const libraries = [`usr/lib/${architecture}`, `lib/${architecture}`, `usr/lib/${architecture}/pulseaudio`];
  return {
    program: join(root, 'usr/lib/chromium/chromium-headless-shell'),
    env: {
      LD_LIBRARY_PATH: libraries.map((folder) => join(root, folder)).join(':'),
      FONTCONFIG_SYSROOT: root,
    },
  };
}
