import { mkdir } from 'node:fs/promises';
import { kubernetesBinaries } from '../../cluster/artifacts/binaries.ts';
import { debianTools } from '../../cluster/artifacts/debian.ts';
import { recipes } from '../../cluster/artifacts/images.ts';
import { foreignBaseLayers, makeLayer } from '../../cluster/artifacts/layers.ts';
import { type LoopbackRegistry, startRegistry } from '../../cluster/artifacts/registry.ts';
import { run } from '../../cluster/artifacts/run.ts';
import { type Architecture, architectures } from '../oci/image.ts';

/**
 * A registry on this machine with stand-ins for the images of the operator's Dockerfile, for both processors: for a dry run
 * where no registry of images can be reached. Those of another processor cannot be run here.
 *
 * @param folder for the registry's storage.
 */
export async function standInRegistry(crane: string, folder: string): Promise<LoopbackRegistry> {
  const layers = { amd64: await layersFor('amd64'), arm64: await layersFor('arm64') };
  const tools = await debianTools();
  await mkdir(folder, { recursive: true });
  const registry = await startRegistry(tools.path('docker-registry'), folder);
  try {
    for (const { layer, path, tags, config } of recipes) {
      if (layer !== 'node' && layer !== 'crane') {
        continue;
      }
      const target = `${registry.host}/${path}`;
      const parts: string[] = [];
      for (const architecture of architectures) {
        const reference = `${target}:${tags[0]}-${architecture}`;
        await run(crane, ['append', '--oci-empty-base', '-f', layers[architecture][layer], '-t', reference]);
        await run(crane, ['mutate', `--set-platform=linux/${architecture}`, ...config, '-t', reference, reference]);
        parts.push('-m', reference);
      }
      await run(crane, ['index', 'append', ...parts, '-t', `${target}:${tags[0]}`]);
    }
    return registry;
  } catch (error) {
    await registry.stop();
    throw error;
  }
}

/** Paths of the layers, by the recipe's name. */
type Layers = Readonly<Record<'node' | 'crane', string>>;

async function layersFor(architecture: Architecture): Promise<Layers> {
  const own: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  if (architecture !== own) {
    return foreignBaseLayers(architecture);
  }
  const [binaries, tools] = [await kubernetesBinaries(), await debianTools()];
  return { node: await makeLayer('node', binaries, tools), crane: await makeLayer('crane', binaries, tools) };
}
