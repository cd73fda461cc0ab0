import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestIn } from '../../oci/digest.ts';
import type { BaseImage } from './baseImage.ts';

/**
 * The note in the history by which the push recognises what was built on a stub. The digest in it keeps the layers of two bases
 * apart in the layer cache. The newer fork's key is the stub's content (pkg/executor/build.go, `newStageBuilder`).
 */
export function stubNote({ base }: Pick<BaseImage, 'base'>): string {
  return `imagespec base ${digestIn(base)}`;
}

/** Later than any age at which Kaniko calls a cached base too old (pkg/cache/cache.go, `LocalSource`). */
const farAhead = new Date('2100-01-01T00:00:00Z');

/**
 * Writes the stub of a base into a folder for Kaniko's `--cache-dir`, and a Dockerfile that builds nothing. The stub has the
 * configuration of the base and no layers, so Kaniko unpacks nothing. Both forks read it as a file of `docker save` that is named
 * after the digest.
 */
export async function writeStub(folder: string, base: BaseImage): Promise<void> {
  await mkdir(folder, { recursive: true });
  const config = JSON.stringify({
    ...base.config,
    rootfs: { ...base.config.rootfs, diff_ids: [] },
    history: [{ comment: stubNote(base), empty_layer: true }],
  });
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: [], Layers: [] }]);
  const path = join(folder, digestIn(base.base));
  await writeFile(path, tarOf({ 'manifest.json': manifest, 'config.json': config }));
  await utimes(path, farAhead, farAhead);
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
}

const blockBytes = 512;

/** A tar archive of small files (POSIX.1-1988 ustar). */
export function tarOf(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const content = Buffer.from(text, 'utf8');
    return [header(name, content.length), content, Buffer.alloc(-content.length & (blockBytes - 1))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

function header(name: string, bytes: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0, 100, 'utf8');
  block.write(octal(0o644, 7), 100, 'ascii');
  block.write(octal(0, 7), 108, 'ascii');
  block.write(octal(0, 7), 116, 'ascii');
  block.write(octal(bytes, 11), 124, 'ascii');
  block.write(octal(0, 11), 136, 'ascii');
  // The sum is computed over spaces in its own place.
  block.fill(' ', 148, 156);
  block.write('0', 156, 'ascii');
  block.write('ustar\x0000', 257, 'ascii');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148, 'ascii');
  return block;
}
