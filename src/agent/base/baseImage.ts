import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { digestOfBytes, isDigest } from '../../oci/digest.ts';
import { parseReference } from '../../oci/reference.ts';
import { maximumManifestBytes } from '../baseLayers.ts';
import { runCrane } from '../crane.ts';

/** Bytes of a configuration; the operator reads no larger one either (`registry/resolve.ts`). */
export const maximumConfigBytes = 1_048_576;
const registryTimeoutMs = 60_000;
const mostEntries = 1000;

const digest = z.string().refine(isDigest);
/** Other fields stay as they are. */
const descriptorSchema = z.looseObject({ mediaType: z.string().max(255), digest, size: z.int().min(0) });
const manifestSchema = z.looseObject({
  mediaType: z.string().max(255).exactOptional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(mostEntries),
});
const configSchema = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(digest).max(mostEntries) }),
  history: z
    .array(z.looseObject({ comment: z.string().exactOptional(), empty_layer: z.boolean().exactOptional() }))
    .max(mostEntries)
    .nullish()
    .transform((list) => list ?? []),
});

/** A descriptor of a blob, as a manifest has it. */
export type Descriptor = z.output<typeof descriptorSchema>;

/** An image of one platform: its manifest and its configuration. */
export interface Image {
  readonly manifest: z.output<typeof manifestSchema>;
  readonly config: z.output<typeof configSchema>;
}

/** The base of a build, read from its registry before any step of the build. */
export interface BaseImage extends Image {
  /** Reference by digest of the place that had it. */
  readonly base: string;
  /** The same image at other places, such as its registry behind a mirror. */
  readonly places: readonly string[];
}

const fileSchema = z.object({
  base: z.string(),
  places: z.array(z.string()).max(16),
  manifest: manifestSchema,
  config: configSchema,
});

/** Reads the manifest and configuration of an image; undefined for anything else. */
export function readImage(manifest: Buffer, config: Buffer): Image | undefined {
  const parsed = z.object({ manifest: manifestSchema, config: configSchema }).safeParse({
    manifest: parseJson(manifest),
    config: parseJson(config),
  });
  return parsed.success && parsed.data.manifest.layers.length === parsed.data.config.rootfs.diff_ids.length
    ? parsed.data
    : undefined;
}

/** The digest of the configuration that a manifest names; undefined for anything but a manifest of an image. */
export function configDigestIn(manifest: Buffer): string | undefined {
  return manifestSchema.safeParse(parseJson(manifest)).data?.config.digest;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Reads a base from the first place that has it. Every digest is checked, so it does not matter which place answers.
 *
 * @param places references by digest of one image
 * @param insecure registries that use plain HTTP
 */
export async function fetchBase(
  places: readonly string[],
  insecure: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly ok: true; readonly value: BaseImage } | { readonly ok: false; readonly message: string }> {
  let message = 'there is no reference by digest';
  for (const place of places) {
    const reference = parseReference(place);
    if (!reference.ok || reference.value.digest === null) {
      return { ok: false, message: `${place} is no reference by digest` };
    }
    const plain = insecure.includes(reference.value.registry) ? ['--insecure'] : [];
    const read = async (what: string, outputBytes: number) =>
      runCrane([what, place, ...plain], env, { outputBytes, timeoutMs: registryTimeoutMs });
    const manifest = await read('manifest', maximumManifestBytes);
    const config = manifest.exitCode === 0 ? await read('config', maximumConfigBytes) : manifest;
    if (config.exitCode !== 0) {
      message = `${place}: ${config.lastError}`;
      continue;
    }
    const image = readImage(manifest.output, config.output);
    const isIt =
      digestOfBytes(manifest.output) === reference.value.digest &&
      image?.manifest.config.digest === digestOfBytes(config.output);
    if (isIt) {
      return { ok: true, value: { base: place, places, ...image } };
    }
    message = `${place}: the registry sent another image, or one that is malformed`;
  }
  return { ok: false, message };
}

/** Reads the file that `credentials` wrote; undefined where it is missing or damaged. */
export async function readBaseFile(path: string): Promise<BaseImage | undefined> {
  try {
    return fileSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
