import { createRequire } from 'node:module';
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
