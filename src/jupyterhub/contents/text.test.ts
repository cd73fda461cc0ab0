import { describe, expect, it } from 'vitest';
import { type BuildContents, type Contents, noLists } from '../../packages/contents/contents.ts';
import { formatContents, parseContentsText } from './text.ts';

const nothing: Contents = { ...noLists, omitted: 0 };
const digest = `sha256:${'2e'.repeat(32)}`;

const build: BuildContents = {
  number: 2,
  image: `registry.example.com/imagespecs/vision/astro@${digest}`,
  bases: [{ image: 'quay.io/jupyter/minimal-notebook:2026-11-16', digest }],
  contents: {
    ...nothing,
    apt: [{ name: 'g++', version: '4:12.2.0-3' }],
    conda: [
      { name: 'fitsio', version: '1.2.1', build: 'py311_0', channel: 'conda-forge', environment: '' },
      { name: 'fitsio', version: '1.2.0', build: 'py311_0', channel: null, environment: '/opt/conda/envs/old' },
    ],
    pip: [{ name: 'astropy', version: '6.1.0', environment: '' }],
    omitted: 1,
  },
};

describe('the text of a build', () => {
  it('is one package to a line, below what it is about', () => {
    expect(formatContents(build)).toBe(
      [
        `# image registry.example.com/imagespecs/vision/astro@${digest}`,
        '# build 2',
        `# base quay.io/jupyter/minimal-notebook:2026-11-16 ${digest}`,
        '# omitted 1',
        'apt g++ 4:12.2.0-3',
        'conda fitsio 1.2.1 py311_0 conda-forge',
        'conda fitsio 1.2.0 py311_0 - /opt/conda/envs/old',
        'pip astropy 6.1.0',
        '',
      ].join('\n'),
    );
  });

  it('reads as what it was made from', () => {
    expect(parseContentsText(formatContents(build))).toEqual({ ok: true, value: build });
  });

  it('leaves out and counts what fits into no ConfigMap', () => {
    const pip = Array.from({ length: 5000 }, (_, index) => ({
      name: `package-${index}`,
      version: '1',
      environment: `/${'x'.repeat(250)}`,
    }));
    const text = formatContents({ ...build, contents: { ...nothing, pip } });
    expect(text.length).toBeLessThan(801_000);
    const read = parseContentsText(text);
    expect(read.ok && read.value.contents.pip.length + read.value.contents.omitted).toBe(5000);
    expect(read.ok && read.value.contents.omitted).toBeGreaterThan(1000);
  });

  it.each([
    ['apt g++ 1\n', 'it does not begin with'],
    ['# image x\n# build two\n', 'it does not begin with'],
    ['# image x\n# build 2\napt g++\n', 'line 3 is no package: "apt g++"'],
    ['# image x\n# build 2\n\nnpm left-pad 1\n', 'line 3 is no package'],
    ['# image x\n# build 2\napt g++ 1 2\n', 'line 3 is no package'],
    ['# image x\n# build 2\nconda numpy 1\n', 'line 3 is no package'],
    ['# image x\n# build 2\npip numpy 1 relative\n', 'line 3 is no package'],
  ])('refuses %j', (text, message) => {
    const read = parseContentsText(text);
    expect(read.ok ? '' : read.failure).toContain(message);
  });
});
