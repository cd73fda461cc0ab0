import type { Crane } from './crane.ts';
import { type Descriptor, mediaTypes } from './oci/image.ts';
import { openLayout } from './oci/layout.ts';

/** An artefact in an OCI layout and where it goes. */
export interface Outgoing {
  readonly folder: string;
  /** Without tag and digest. */
  readonly repository: string;
  readonly tag: string;
  readonly entry: Descriptor;
}

/**
 * Pushes an artefact and asks the registry for its digest.
 *
 * @returns its reference by digest.
 * @throws Error when the tag has another content already: a version is released once.
 */
export async function publish(crane: Crane, { folder, repository, tag, entry }: Outgoing): Promise<string> {
  const tagged = `${repository}:${tag}`;
  const before = await crane.text(['digest', tagged]).then(
    (digest) => digest.trim(),
    () => undefined,
  );
  if (before !== undefined && before !== entry.digest) {
    throw new Error(`${tagged} is there already, with ${before}: a version is released once; raise the version`);
  }
  await crane.text(['push', folder, tagged]);
  const found = (await crane.text(['digest', tagged])).trim();
  if (found !== entry.digest) {
    throw new Error(`${tagged} has the digest ${found} in the registry, and ${entry.digest} here`);
  }
  return `${repository}@${entry.digest}`;
}

/**
 * A document about an image, as an artefact that refers to it. Registries list it beside the image (OCI distribution
 * specification 1.1, "Referrers").
 *
 * @param subject the image's index.
 */
export async function referrer(
  folder: string,
  subject: Descriptor,
  artifactType: string,
  text: string,
): Promise<Descriptor> {
  const layout = await openLayout(folder);
  const config = await layout.add(mediaTypes.empty, {});
  const layer = await layout.add(artifactType, Buffer.from(text));
  const { mediaType, digest, size } = subject;
  const manifest = await layout.add(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config,
    layers: [layer],
    subject: { mediaType, digest, size },
  });
  await layout.close(manifest);
  return manifest;
}

/** The tag under which a referrer also stands, for registries that list none. */
export function referrerTag(subject: Descriptor, suffix: 'sbom' | 'provenance'): string {
  return `${subject.digest.replace(':', '-')}.${suffix}`;
}
