import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pack, sha256 } from './archive.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes the same files in this order, at this time. */
function files(name: string, order: readonly string[], time: number): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'app'), { recursive: true });
  for (const file of order) {
    writeFileSync(join(root, 'app', file), file, { mode: file === 'program' ? 0o700 : 0o600 });
    utimesSync(join(root, 'app', file), time, time);
  }
  return root;
}

describe('an archive', () => {
  it('is the same whenever and in which order its files were written', async () => {
    const [one, other] = [files('one', ['a', 'b', 'program'], 1), files('other', ['program', 'b', 'a'], 2_000_000_000)];
    const first = await pack(one, ['app'], join(folder, 'one.tar'));
    const second = await pack(other, ['app'], join(folder, 'other.tar'));
    expect(second.bytes.equals(first.bytes)).toBe(true);
    expect(first.sha256).toBe(sha256(first.bytes));
    expect(first.tarSha256).toBe(sha256(gunzipSync(first.bytes)));
  });

  it('differs when a file does', async () => {
    const one = await pack(files('one', ['a'], 1), ['app'], join(folder, 'one.tar'));
    const other = await pack(files('other', ['b'], 1), ['app'], join(folder, 'other.tar'));
    expect(other.tarSha256).not.toBe(one.tarSha256);
  });

  it("has no owner but root, and modes that do not depend on the maker's", async () => {
    const { bytes } = await pack(files('one', ['a', 'program'], 1), ['app'], join(folder, 'one.tar'));
    const tar = gunzipSync(bytes);
    const modes = new Map<string, string>();
    for (let at = 0; at + 512 <= tar.length; at += 1024) {
      // A header of 512 bytes; each of these files fits into one block behind it, the folder has none.
      const name = tar.toString('latin1', at, at + 100).replaceAll('\0', '');
      if (name === '') break;
      modes.set(name, `${tar.toString('latin1', at + 100, at + 107)} ${tar.toString('latin1', at + 108, at + 115)}`);
      if (name.endsWith('/')) at -= 512;
    }
    expect([...modes]).toEqual([
      ['app/', '0000755 0000000'],
      ['app/a', '0000644 0000000'],
      ['app/program', '0000755 0000000'],
    ]);
  });
});
