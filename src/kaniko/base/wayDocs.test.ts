import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firstRows, nextRows } from './way.ts';

it('the page about builds has every case, in the order in which they are tried', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'how-images-are-built.md'), 'utf8');
  const rows = page.split('\n').flatMap((line) => {
    const [, what, way] = /^\| (.*?) +\| (Unpacked|Composed|Mounted) +\|$/.exec(line) ?? [];
    return what === undefined || way === undefined ? [] : [{ what, way }];
  });
  expect(rows).toEqual([...firstRows, ...nextRows].map(({ what, way }) => ({ what, way })));
});
