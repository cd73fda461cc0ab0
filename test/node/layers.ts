import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { run } from '../../tools/cluster/artifacts/run.ts';

/** A path in a layer, as a node would see it. */
export interface LayerEntry {
  readonly path: string;
  /** POSIX type: 0 file, 1 hard link, 2 symbolic link, 3 and 4 devices, 5 folder, 6 FIFO. */
  readonly type: string;
  readonly mode: string;
  readonly owner: string;
  readonly link: string;
  /** SHA-256 of the content; '' without one. */
  readonly content: string;
  /** Extended attributes, by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

const block = 512;

/** Every path of a layer, but for times (POSIX.1-2001 pax, and GNU's long names). Sorted by path. */
function layerEntries(tar: Buffer): readonly LayerEntry[] {
  const entries: LayerEntry[] = [];
  let at = 0;
  let extended = new Map<string, string>();
  while (at + block <= tar.length && tar[at] !== 0) {
    const header = tar.subarray(at, at + block);
    const text = (from: number, length: number) =>
      header
        .subarray(from, from + length)
        .toString('latin1')
        .split('\0')[0] ?? '';
    const size =
      extended.get('size') === undefined ? numberOf(header.subarray(124, 136)) : Number(extended.get('size'));
    const content = tar.subarray(at + block, at + block + size);
    const type = text(156, 1) || '0';
    at += block + Math.ceil(size / block) * block;
    if (type === 'x') {
      for (const [name, value] of paxRecords(content)) {
        extended.set(name, value);
      }
      continue;
    }
    if (type === 'L' || type === 'K') {
      const name = content.toString('latin1').split('\0')[0] ?? '';
      extended.set(type === 'L' ? 'path' : 'linkpath', name);
      continue;
    }
    const prefix = text(345, 155);
    const path = extended.get('path') ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`);
    entries.push({
      path: path.replace(/^\.?\/+/, '').replace(/\/$/, ''),
      type,
      mode: (numberOf(header.subarray(100, 108)) & 0o7777).toString(8),
      owner: `${extended.get('uid') ?? numberOf(header.subarray(108, 116))}:${extended.get('gid') ?? numberOf(header.subarray(116, 124))}`,
      link: extended.get('linkpath') ?? text(157, 100),
      content: type === '0' ? createHash('sha256').update(content).digest('hex') : '',
      attributes: Object.fromEntries([...extended].filter(([name]) => name.startsWith('SCHILY.xattr.'))),
    });
    extended = new Map();
  }
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** An octal number, or a large one in GNU's binary form. */
function numberOf(field: Buffer): number {
  return (field[0] ?? 0) >= 0x80
    ? field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
    : Number.parseInt(field.toString('latin1').replace(/[^0-7]/g, '') || '0', 8);
}

/** `LENGTH NAME=VALUE\n`, one after the other; the length counts bytes. */
function paxRecords(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space).toString('latin1'));
    const record = content.subarray(space + 1, at + length - 1).toString('latin1');
    const equals = record.indexOf('=');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

const manifestSchema = z.object({ layers: z.array(z.object({ digest: z.string(), mediaType: z.string() })) });

/** An image as its registry has it. */
export interface RegistryImage {
  /** Digests of the layers, from the lowest. */
  readonly layers: readonly string[];
  readonly mediaTypes: readonly string[];
  /** The configuration without times. */
  readonly config: unknown;
  /** The paths of each layer from this one on. */
  readonly from: (first: number) => Promise<readonly (readonly LayerEntry[])[]>;
}

/** Reads an image through crane. */
export async function readImage(crane: string, image: string): Promise<RegistryImage> {
  const read = async (what: string): Promise<unknown> => JSON.parse(await run(crane, [what, '--insecure', image]));
  const { layers } = manifestSchema.parse(await read('manifest'));
  const repository = image.slice(0, image.indexOf('@'));
  return {
    layers: layers.map(({ digest }) => digest),
    mediaTypes: layers.map(({ mediaType }) => mediaType),
    config: JSON.parse(JSON.stringify(await read('config'), (key, value: unknown) => (key === 'created' ? '' : value))),
    from: (first) =>
      Promise.all(
        layers.slice(first).map(async ({ digest }) => {
          const { stdout } = await execFileAsync(crane, ['blob', '--insecure', `${repository}@${digest}`], {
            encoding: 'buffer',
            maxBuffer: 2 ** 30,
          });
          return layerEntries(gunzipSync(stdout));
        }),
      ),
  };
}

const execFileAsync = promisify(execFile);
