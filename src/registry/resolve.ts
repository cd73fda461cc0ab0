import { digestOfBytes } from '../oci/digest.ts';
import { type Client, type Place, targetOf } from './client.ts';
import { fail, type RegistryResult } from './failure.ts';
import { chooseManifest, type Manifest, type ResolvedImage, readConfig, readManifest } from './image.ts';

/** Of an image's configuration. One with a history of 500 steps and all its labels has some 200 kB. */
export const maximumConfigBytes = 1_048_576;

/** An image, and what its reference names. */
export interface Found {
  readonly image: ResolvedImage;
  /** Digest of the manifest or index that the reference has. */
  readonly named: string;
}

/** Finds the image of a platform at one place: manifest and configuration, with all digests checked. */
export async function resolveAt(client: Client, place: Place, platform: string): Promise<RegistryResult<Found>> {
  const first = await client.getManifest(place, targetOf(place.reference));
  if (!first.ok) {
    return first;
  }
  let raw = first.value;
  let manifest = readManifest(raw);
  if (manifest.is === 'index') {
    const chosen = chooseManifest(manifest.manifests, platform);
    if (chosen === undefined) {
      return fail('notFound', `${place.what}: there is no image for ${platform}`);
    }
    const second = await client.getManifest(place, chosen);
    if (!second.ok) {
      return second;
    }
    raw = second.value;
    manifest = readManifest(raw);
  }
  switch (manifest.is) {
    case 'index':
      return fail('invalid', `${place.what}: an index within an index is not supported`);
    case 'fault':
      return fail('invalid', `${place.what}: ${manifest.message}`);
    case 'image': {
      const image = await describe(client, place, platform, raw.digest, manifest);
      return image.ok ? { ok: true, value: { image: image.value, named: first.value.digest } } : image;
    }
  }
}

async function describe(
  client: Client,
  place: Place,
  platform: string,
  digest: string,
  { content }: Extract<Manifest, { is: 'image' }>,
): Promise<RegistryResult<ResolvedImage>> {
  const blob = await client.send(place, 'pull', {
    method: 'GET',
    path: `blobs/${content.config.digest}`,
    maximumBytes: maximumConfigBytes,
  });
  if (!blob.ok) {
    return blob;
  }
  if (blob.value.status !== 200) {
    return client.failureOf(blob.value, `${place.what}, its configuration`);
  }
  const read = readConfig(blob.value.body, platform);
  if (read.is === 'fault' || digestOfBytes(blob.value.body) !== content.config.digest) {
    return fail(
      'invalid',
      `${place.what}: its configuration is malformed, has too many entries, or is not the one that its manifest names`,
    );
  }
  if (read.is === 'otherPlatform') {
    return fail('notFound', `${place.what}: the image is for ${read.platform}, and there is none for ${platform}`);
  }
  return {
    ok: true,
    value: {
      digest,
      ...read.config,
      sizeBytes: content.layers.reduce((sum, { size }) => sum + size, content.config.size),
    },
  };
}
