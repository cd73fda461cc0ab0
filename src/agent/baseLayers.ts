import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { digestOfBytes, isDigest } from '../oci/digest.ts';
import { parseReference } from '../oci/reference.ts';
import { runCrane } from './crane.ts';

/** Bytes of a manifest: registries must accept 4 MiB (distribution specification, "Pushing Manifests"). */
export const maximumManifestBytes = 4_194_304;
const mostLayers = 1000;
const registryTimeoutMs = 60_000;

/** A layer by the digest of its blob, and of its archive: of the blob without compression. */
export interface BaseLayer {
  readonly digest: string;
  readonly diffId: string;
}

/** The layers of a base, from the lowest; or why no registry gave them. `credentials` writes it and `push` reads it. */
export type BaseLayers =
  | { readonly is: 'layers'; readonly base: string; readonly layers: readonly BaseLayer[] }
  | { readonly is: 'unread'; readonly message: string };

const digest = z.string().refine(isDigest);
const manifestSchema = z.object({
  config: z.object({ digest }),
  layers: z.array(z.object({ digest })).max(mostLayers),
});
const configSchema = z.object({ rootfs: z.object({ diff_ids: z.array(digest).max(mostLayers) }) });
const fileSchema = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('layers'),
    base: z.string(),
    layers: z.array(z.object({ digest, diffId: digest })).max(mostLayers),
  }),
  z.object({ is: z.literal('unread'), message: z.string() }),
]);

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The digests of an image manifest's layers, from the lowest; undefined for anything but such a manifest. */
export function layersIn(manifest: Buffer): readonly string[] | undefined {
  return manifestSchema.safeParse(jsonIn(manifest)).data?.layers.map((layer) => layer.digest);
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
    const read = async (what: 'manifest' | 'config', wanted: string): Promise<Buffer | string> => {
      const bounds = { outputBytes: maximumManifestBytes, timeoutMs: registryTimeoutMs };
      const { exitCode, output, lastError } = await runCrane([what, place, ...plain], env, bounds);
      return exitCode !== 0
        ? lastError
        : digestOfBytes(output) === wanted
          ? output
          : `the registry sent another ${what}`;
    };
    const found = await layersAt(reference.value.digest, read);
    if (typeof found !== 'string') {
      return { is: 'layers', base: place, layers: found };
    }
    message = `${place}: ${found}`;
  }
  return { is: 'unread', message };
}

/** The layers of the image with this digest, or why they are unknown. */
async function layersAt(
  image: string,
  read: (what: 'manifest' | 'config', wanted: string) => Promise<Buffer | string>,
): Promise<readonly BaseLayer[] | string> {
  const manifest = await read('manifest', image);
  if (typeof manifest === 'string') {
    return manifest;
  }
  const named = manifestSchema.safeParse(jsonIn(manifest)).data;
  if (named === undefined) {
    return 'it is no manifest of an image';
  }
  const config = await read('config', named.config.digest);
  if (typeof config === 'string') {
    return config;
  }
  const diffIds = configSchema.safeParse(jsonIn(config)).data?.rootfs.diff_ids ?? [];
  const layers = named.layers.flatMap((layer, index) => {
    const diffId = diffIds[index];
    return diffId === undefined ? [] : [{ digest: layer.digest, diffId }];
  });
  return layers.length === named.layers.length && layers.length === diffIds.length
    ? layers
    : 'its manifest and its configuration have different layers';
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

/**
 * Why an image does not stand on its base; undefined when the base's layers are its lowest ones. A layer counts by its
 * archive too: for `FROM STAGE`, the builder compresses the layers of a base that has them uncompressed.
 *
 * @param image the digests of the image's layers, from the lowest
 * @param diffIdOf reads the digest of a layer's archive; null for a blob that is none
 */
export async function baseFault(
  { base, layers }: Extract<BaseLayers, { is: 'layers' }>,
  image: readonly string[],
  diffIdOf: (digest: string) => Promise<string | null>,
): Promise<string | undefined> {
  for (const [index, layer] of layers.entries()) {
    const found = image[index];
    if (found !== layer.digest && (found === undefined || (await diffIdOf(found)) !== layer.diffId)) {
      return `the built image does not stand on its base ${base}: layer ${index + 1} of ${layers.length} is ${found ?? 'missing'} in place of ${layer.digest}; a step of the build replaced what the builder wrote`;
    }
  }
  return undefined;
}
