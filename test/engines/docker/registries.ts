import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Network } from 'testcontainers';
import type { Registries } from '../../../tools/cluster/cluster.ts';
import { k3sImages } from '../../../tools/cluster/providers/k3s.ts';
import { startRegistryContainers } from '../../../tools/cluster/registry-containers.ts';
import { removeFolder } from '../../../tools/cluster/state.ts';
import type { Engine } from './engine.ts';
import { provideRegistryImage } from './registry-image.ts';

/** Registries in containers, and how to take them down. */
export interface DockerRegistries {
  readonly registries: Registries;
  /** Stops the containers and the engine. */
  stop(): Promise<void>;
}

/**
 * Starts two registries as containers of `engine`: a plain one, and one with TLS by an authority of its own and one user.
 * The engine is stopped with them, also when they cannot be started.
 */
export async function dockerRegistries(engine: Engine): Promise<DockerRegistries> {
  const undo: (() => Promise<unknown>)[] = [() => engine.stop()];
  async function stop(): Promise<void> {
    for (const step of undo.splice(0).toReversed()) await step();
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'docker-registries-'));
    undo.push(() => removeFolder(folder));
    await provideRegistryImage(k3sImages.registry);
    const network = await new Network().start();
    undo.push(() => network.stop());
    const containers = await startRegistryContainers(k3sImages.registry, network, folder);
    undo.push(() => containers.stop());
    return { registries: containers.registries, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
