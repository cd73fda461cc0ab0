import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fileFault } from './fileFault.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-fault-'));
writeFileSync(join(folder, 'file'), '');
symlinkSync('circle', join(folder, 'circle'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each([
  ['none', 'there is no such file or folder; correct the path'],
  ['file/below', 'there is no such file or folder; correct the path'],
  ['.', 'it is a folder; name a file in it'],
  ['circle', 'its links lead in a circle; name the file itself'],
])('says why %s cannot be read, and what to do', (path, expected) => {
  let said = '';
  try {
    readFileSync(join(folder, path));
  } catch (error) {
    said = fileFault(error);
  }
  expect(said).toBe(expected);
});
