import { join } from 'node:path';
import { expect, it } from 'vitest';
import { brokenProofs, reliabilityPage } from './page.ts';
import type { Row } from './row.ts';
import { rows } from './rows.ts';

const root = join(import.meta.dirname, '..', '..', '..');

it('has the 27 cases, each with a proof that is there', async () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 27 }, (_, index) => index + 1));
  expect(await brokenProofs(root, rows)).toEqual([]);
});

it.each([
  ['a file that is gone', 'test/gone.test.ts', 'x', 'case 1: test/gone.test.ts is gone'],
  ['a test that is gone', 'package.json', 'no such test', 'case 1: package.json no longer holds "no such test"'],
])('names %s', async (_, file, name, message) => {
  const row: Row = {
    number: 1,
    what: '',
    handled: '',
    figure: { is: 'words', words: '' },
    proofs: [{ file, name }],
  };
  expect(await brokenProofs(root, [row])).toEqual([message]);
});

it('shows the figures of the records, and where there are none', () => {
  const record = { suite: '', hash: '', date: '', machine: '', passed: 1, skipped: 0, retried: [], seconds: 1 };
  const runs = [
    { story: 'build', fault: 'the operator dies before', points: 8, differing: 0 },
    { story: 'edit', fault: 'the operator dies before', points: 9, differing: 1 },
  ];
  const figures = { writes: runs, thousand: { size: 1000, seconds: 77, mostAtOnce: 50 }, corrected: { fields: 20 } };
  const page = reliabilityPage(rows, { chaos: { ...record, figures }, lifecycle: undefined });
  expect(page).toContain('1000 built in 77 s, at most 50 at one time');
  expect(page).toContain('20 fields, each like one that was right');
  expect(page).toContain('17 runs, 1 differ');
  expect(page).toMatch(/\| the operator dies before +\| 8 +\| 9 \(1 differ\) +\|/);
  expect(page).toContain('not recorded');
  expect(page).not.toContain('no green run');
  expect(reliabilityPage(rows, { chaos: undefined, lifecycle: undefined })).toContain('no green run');
  expect(page).toContain('the suite has no record yet');
});
