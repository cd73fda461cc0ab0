import { lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfBytes } from '../../oci/digest.ts';
import { configDigestIn, type Image, maximumConfigBytes, readImage } from './baseImage.ts';
import type { ComposedImage } from './composed.ts';

/** The blob of a digest in a layout. */
function blobIn(layout: string, digest: string): string {
  return join(layout, 'blobs', ...digest.split(':'));
}

/**
 * The image of this manifest in a layout that was inspected; undefined where its configuration is missing, too large, no
 * configuration, or not the one that the manifest names.
 */
export async function imageIn(layout: string, manifest: Buffer): Promise<Image | undefined> {
  const digest = configDigestIn(manifest);
  if (digest === undefined) {
    return undefined;
  }
  const path = blobIn(layout, digest);
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined || facts.size > maximumConfigBytes) {
    return undefined;
  }
  const config = await readFile(path);
  return digestOfBytes(config) === digest ? readImage(manifest, config) : undefined;
}

/**
 * Writes a layout of a composed image without the layers of its base: crane asks the registry for each of them first, and finds
 * it there. New layers are links to where the builder wrote them; that layout was inspected and holds plain files only.
 *
 * @param built the layout with the new layers; null: there are none
 * @returns the digest of the image
 */
export async function writeComposed(folder: string, image: ComposedImage, built: string | null): Promise<string> {
  const digest = digestOfBytes(image.manifest);
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  await writeFile(blobIn(folder, digest), image.manifest);
  await writeFile(blobIn(folder, digestOfBytes(image.config)), image.config);
  for (const layer of built === null ? [] : new Set(image.newLayers.map((descriptor) => descriptor.digest))) {
    await symlink(blobIn(built ?? folder, layer), blobIn(folder, layer));
  }
  const entry = { mediaType: image.mediaType, size: image.manifest.length, digest };
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  return digest;
}
