import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { run } from '../cluster/artifacts/run.ts';

const compress = promisify(gzip);

/** An archive with its checksums. */
export interface Packed {
  /** The gzip-compressed bytes. */
  readonly bytes: Buffer;
  /** SHA-256 of `bytes`, in hex. */
  readonly sha256: string;
  /** SHA-256 of the tar archive within, in hex: a layer's `diff_id`. */
  readonly tarSha256: string;
}

/**
 * Packs paths of a folder into a tar archive: the same bytes from the same files, whoever packs them and when. Owner is root,
 * each file has the mode 0644 or 0755, and no time stands in it.
 *
 * @param tarFile where the uncompressed archive may stand for a moment.
 * @param paths below `folder`; a folder means all that is in it.
 */
export async function pack(folder: string, paths: readonly string[], tarFile: string): Promise<Packed> {
  await run('tar', [
    `--directory=${folder}`,
    '--format=ustar',
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u=rwX,go=rX',
    '--create',
    `--file=${tarFile}`,
    ...paths,
  ]);
  const tar = await readFile(tarFile);
  const bytes = await compress(tar, { level: constants.Z_BEST_COMPRESSION });
  return { bytes, sha256: sha256(bytes), tarSha256: sha256(tar) };
}

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
