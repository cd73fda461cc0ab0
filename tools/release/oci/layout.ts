import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../archive.ts';
import { type Descriptor, mediaTypes } from './image.ts';

/** A folder in the form of the OCI image layout: what a registry would hold of one artefact. */
export interface Layout {
  readonly folder: string;
  /** Adds a blob; JSON when it is no bytes. */
  readonly add: (mediaType: string, content: Uint8Array | object) => Promise<Descriptor>;
  /** Path of a blob, which may be written by others. */
  readonly pathOf: (digest: string) => string;
  /** Writes the entry, behind which everything is found. */
  readonly close: (entry: Descriptor) => Promise<void>;
}

/** Opens an empty layout in this folder. */
export async function openLayout(folder: string): Promise<Layout> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const pathOf = (digest: string) => join(blobs, digest.slice('sha256:'.length));
  return {
    folder,
    pathOf,
    add: async (mediaType, content) => {
      const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
      const digest = `sha256:${sha256(bytes)}`;
      await writeFile(pathOf(digest), bytes);
      return { mediaType, digest, size: bytes.byteLength };
    },
    close: (entry) =>
      writeFile(
        join(folder, 'index.json'),
        JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [entry] }),
      ),
  };
}
