import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, brokenLinks, linksOf } from './links.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the links of the docs', () => {
  it('lead to files and headings that are there', () => {
    const listed = execFileSync('git', ['-C', root, 'ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
      encoding: 'utf8',
    });
    const pages = listed.trim().split('\n');
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.flatMap((page) => brokenLinks(root, page))).toEqual([]);
  });

  it('are found outside of code', () => {
    const text = '[a](x.md) and ![b](y.png "title")\n```\n[c](z.md)\n```\n`[d](w.md)`\n';
    expect(linksOf(text)).toEqual([
      { line: 1, target: 'x.md' },
      { line: 1, target: 'y.png' },
    ]);
  });

  it('lead to headings by their anchors', () => {
    const text = '# A `b` (c)\n## Über uns\n## Same\n## Same\n```\n# none\n```\n## [x](y.md): z\n';
    expect([...anchorsOf(text)]).toEqual(['a-b-c', 'über-uns', 'same', 'same-1', 'x-z']);
  });
});
