import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesBinaries } from '../../../tools/cluster/artifacts/binaries.ts';
import { debianTools } from '../../../tools/cluster/artifacts/debian.ts';
import { startRegistry } from '../../../tools/cluster/artifacts/registry.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import type { LightCluster } from '../../../tools/cluster/cluster.ts';
import { startApiServerOnly } from '../../../tools/cluster/start.ts';
import { AuditLog } from '../audit.ts';
import { Api } from './api.ts';
import { BaseImage } from './baseImage.ts';

/** An API server on which nothing acts, and a registry: the ground of one measurement. */
export interface Scene {
  readonly cluster: LightCluster;
  readonly api: Api;
  readonly audit: AuditLog;
  readonly base: BaseImage;
  /** For files of the measured programs. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** Resources are spread over so many namespaces, as on a platform with several teams. */
const namespaces = 10;

/** The namespace of a resource by its number. */
export function namespaceOf(number: number): string {
  return `team-${number % namespaces}`;
}

/** The name of a resource by its number. */
export function nameOf(number: number): string {
  return `image-${number}`;
}

/** Starts etcd, the API server and a registry with a base. Each measurement has new ones, so that none pays for another. */
export async function openScene(): Promise<Scene> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const cluster = await startApiServerOnly('scale');
    undo.push(() => cluster.stop());
    const api = await Api.open(cluster.kubeconfig);
    undo.push(() => api.close());
    const folder = await mkdtemp(join(tmpdir(), 'bench-scale-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const registry = await startRegistry((await debianTools()).path('docker-registry'), folder);
    undo.push(() => registry.stop());
    for (let number = 0; number < namespaces; number++) {
      const name = namespaceOf(number);
      await api.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
      // The controller that makes it does not run. Pods need it, and so does Shipwright.
      const account = { metadata: { name: 'default' } };
      await api.send({ method: 'POST', path: `/api/v1/namespaces/${name}/serviceaccounts`, body: account });
    }
    const base = await pushBase(registry.host, folder);
    return { cluster, api, audit: new AuditLog(cluster.folder), base, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An image of one small file, whose user is 1000. */
async function pushBase(host: string, folder: string): Promise<BaseImage> {
  const { crane } = await kubernetesBinaries();
  const reference = `${host}/${BaseImage.repository}:1`;
  await writeFile(join(folder, 'content'), randomBytes(1024));
  const layer = join(folder, 'layer.tar');
  await run('tar', ['-C', folder, '-cf', layer, 'content']);
  await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', layer, '-t', reference]);
  await run(crane, ['mutate', '--insecure', '--user=1000', '--set-platform=linux/amd64', '-t', reference, reference]);
  return BaseImage.read(host, reference);
}
