import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { digestOfBytes, isDigest } from '../oci/digest.ts';
import { parseReference } from '../oci/reference.ts';
import { runCrane } from './crane.ts';

/** Bytes of a manifest: registries must accept 4 MiB (distribution specification, "Pushing Manifests"). */
export const maximumManifestBytes = 4_194_304;
const mostLayers = 1000;
const registryTimeoutMs = 60_000;

/** The layers of a base, from the lowest; or why no registry gave them. `credentials` writes it and `push` reads it. */
export type BaseLayers =
  | { readonly is: 'layers'; readonly base: string; readonly layers: readonly string[] }
  | { readonly is: 'unread'; readonly message: string };

const digest = z.string().refine(isDigest);
const manifestSchema = z.object({ layers: z.array(z.object({ digest })).max(mostLayers) });
const fileSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('layers'), base: z.string(), layers: z.array(digest).max(mostLayers) }),
  z.object({ is: z.literal('unread'), message: z.string() }),
]);

/** The digests of an image manifest's layers, from the lowest; undefined for anything but such a manifest. */
export function layersIn(manifest: Buffer): readonly string[] | undefined {
  let read: unknown;
  try {
    read = JSON.parse(manifest.toString('utf8'));
  } catch {
    return undefined;
  }
  return manifestSchema.safeParse(read).data?.layers.map((layer) => layer.digest);
}

/**
 * Reads the layers of a base from the first place that has it. The digest in the reference is checked, so it does not
 * matter which place answers.
 *
 * @param places references by digest of one image, such as those of a mirror and of the registry itself
 * @param insecure registries that use plain HTTP
 */
export async function readBaseLayers(
  places: readonly string[],
  insecure: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<BaseLayers> {
  let message = 'there is no reference by digest';
  for (const place of places) {
    const reference = parseReference(place);
    if (!reference.ok || reference.value.digest === null) {
      return { is: 'unread', message: `${place} is no reference by digest` };
    }
    const plain = insecure.includes(reference.value.registry) ? ['--insecure'] : [];
    const bounds = { outputBytes: maximumManifestBytes, timeoutMs: registryTimeoutMs };
    const { exitCode, output, lastError } = await runCrane(['manifest', place, ...plain], env, bounds);
    const layers = digestOfBytes(output) === reference.value.digest ? layersIn(output) : undefined;
    if (exitCode === 0 && layers !== undefined) {
      return { is: 'layers', base: place, layers };
    }
    message = exitCode === 0 ? `${place}: the registry sent another manifest` : `${place}: ${lastError}`;
  }
  return { is: 'unread', message };
}

/** Reads the file that `credentials` wrote. A missing or damaged one is `unread`: nothing is pushed without it. */
export async function readLayersFile(path: string): Promise<BaseLayers> {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : { is: 'unread', message: `${path} is damaged` };
  } catch (error) {
    return { is: 'unread', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Why an image does not stand on its base; undefined when the base's layers are its lowest ones. */
export function baseFault(
  { base, layers }: Extract<BaseLayers, { is: 'layers' }>,
  image: readonly string[],
): string | undefined {
  const index = layers.findIndex((layer, position) => image[position] !== layer);
  const found = image[index];
  return index === -1
    ? undefined
    : `the built image does not stand on its base ${base}: layer ${index + 1} of ${layers.length} is ${found ?? 'missing'} in place of ${layers[index]}; a step of the build replaced what the builder wrote`;
}
