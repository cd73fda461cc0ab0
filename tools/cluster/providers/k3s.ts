import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { K3sContainer } from '@testcontainers/k3s';
import { getContainerRuntimeClient, ImageName, Network } from 'testcontainers';
import { stringify } from 'yaml';
import type { Host } from '../host.ts';
import { writeContainerKubectl } from '../kubeconfig.ts';
import { startRegistryContainers } from '../registry-containers.ts';
import type { Description } from '../state.ts';
import type { Possible } from './choice.ts';

/** Images of the provider; both are public on Docker Hub. */
export const k3sImages = { cluster: 'rancher/k3s:v1.35.4-k3s1', registry: 'registry:2.8.3' } as const;

/** Where k3s looks for registry settings and certificates inside its container (docs.k3s.io, private registry). */
const settings = '/etc/rancher/k3s';

/** Asks the Docker engine, if one answers, for every image; one that it does not have is pulled. */
export async function k3sPossible(images: readonly string[] = Object.values(k3sImages)): Promise<Possible> {
  const client = await getContainerRuntimeClient().catch(() => undefined);
  if (client === undefined) return { is: 'impossible', because: 'no Docker engine answers' };
  for (const image of images) {
    const name = ImageName.fromString(image);
    if (await client.image.exists(name)) continue;
    try {
      await client.image.pull(name);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { is: 'impossible', because: `the Docker engine has no image ${image} and cannot pull it (${detail})` };
    }
  }
  return { is: 'possible' };
}

/** Runs k3s and both registries as containers of the Docker engine. */
export async function runK3s(folder: string, host: Host): Promise<Description> {
  const network = await new Network().start();
  host.undo(async () => {
    await network.stop();
  });
  const containers = await startRegistryContainers(k3sImages.registry, network, folder);
  host.undo(() => containers.stop());
  const { plain, secured } = containers.registries;
  const k3s = await new K3sContainer(k3sImages.cluster)
    .withNetwork(network)
    .withCopyContentToContainer([
      {
        target: `${settings}/registries.yaml`,
        content: stringify({
          mirrors: { [plain.host]: { endpoint: [plain.url] } },
          configs: { [secured.host]: { tls: { ca_file: `${settings}/registry-ca.crt` } } },
        }),
      },
      { target: `${settings}/registry-ca.crt`, content: await readFile(secured.ca, 'utf8') },
    ])
    .start();
  host.undo(async () => {
    await k3s.stop();
  });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, k3s.getKubeConfig(), { mode: 0o600 });
  await writeContainerKubectl(join(folder, 'kubectl'), kubeconfig, k3s.getId());
  return { provider: 'k3s', registries: containers.registries, images: [] };
}
