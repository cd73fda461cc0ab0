import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { digestOfBytes, isDigest } from '../oci/digest.ts';
import { layersIn, maximumManifestBytes } from './baseLayers.ts';

const maximumFiles = 10_000;
const maximumIndexBytes = 1_048_576;

const indexSchema = z.object({
  manifests: z.tuple([z.object({ digest: z.string().refine(isDigest) })]),
});

/** The digest, the manifest and the layers, from the lowest, of a layout's one image; or why the layout is refused. */
export type InspectedLayout =
  | { readonly ok: true; readonly digest: string; readonly manifest: Buffer; readonly layers: readonly string[] }
  | { readonly ok: false; readonly message: string };

/**
 * Inspects an OCI layout that an untrusted build wrote. It must contain only plain files and folders, because crane follows
 * symlinks and would push their targets. It must hold exactly one image, whose manifest has the digest that names it.
 */
export async function inspectLayout(folder: string): Promise<InspectedLayout> {
  const fault = await findIrregular(folder);
  if (fault !== undefined) {
    return { ok: false, message: fault };
  }
  const index = join(folder, 'index.json');
  const facts = await lstat(index).catch(() => undefined);
  if (facts === undefined || facts.size > maximumIndexBytes) {
    return { ok: false, message: 'the layout has no index.json, or one that is too large' };
  }
  let read: unknown;
  try {
    read = JSON.parse(await readFile(index, 'utf8'));
  } catch {
    return { ok: false, message: "the layout's index.json is not JSON" };
  }
  const parsed = indexSchema.safeParse(read);
  if (!parsed.success) {
    return { ok: false, message: "the layout's index.json must name exactly one image" };
  }
  const { digest } = parsed.data.manifests[0];
  const found = await manifestOf(folder, digest);
  return found === undefined
    ? { ok: false, message: `the layout has no image manifest ${digest}` }
    : { ok: true, digest, ...found };
}

/** The manifest with this digest and its layers; undefined for anything else under that name, such as another index. */
async function manifestOf(
  folder: string,
  digest: string,
): Promise<{ readonly manifest: Buffer; readonly layers: readonly string[] } | undefined> {
  const path = blobOf(folder, digest);
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined || facts.size > maximumManifestBytes) {
    return undefined;
  }
  const manifest = await readFile(path);
  const layers = digestOfBytes(manifest) === digest ? layersIn(manifest) : undefined;
  return layers === undefined ? undefined : { manifest, layers };
}

/**
 * The digest of a gzip-compressed layer's archive, in the memory of a buffer; null for a blob that is missing, not
 * gzip, or not of the digest that names it. The Pod's deadline bounds the time.
 */
export async function diffIdOf(folder: string, digest: string): Promise<string | null> {
  const [blob, archive] = [createHash('sha256'), createHash('sha256')];
  try {
    await pipeline(
      createReadStream(blobOf(folder, digest)),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          blob.update(chunk);
          yield chunk;
        }
      },
      createGunzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          archive.update(chunk);
        }
      },
    );
  } catch {
    return null;
  }
  return `sha256:${blob.digest('hex')}` === digest ? `sha256:${archive.digest('hex')}` : null;
}

function blobOf(folder: string, digest: string): string {
  return join(folder, 'blobs', ...digest.split(':'));
}

async function findIrregular(folder: string): Promise<string | undefined> {
  const top = await lstat(folder).catch(() => undefined);
  if (top === undefined || !top.isDirectory()) {
    return 'the layout is missing or not a folder';
  }
  let files = 0;
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      files += 1;
      if (files > maximumFiles) {
        return `the layout has more than ${maximumFiles} files`;
      }
      if (entry.isDirectory()) {
        open.push(join(next, entry.name));
      } else if (!entry.isFile()) {
        return `${JSON.stringify(entry.name)} in the layout is neither a file nor a folder`;
      }
    }
  }
  return undefined;
}
