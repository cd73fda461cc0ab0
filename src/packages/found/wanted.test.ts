import { describe, expect, it } from 'vitest';
import { noLists, type PackageLists } from '../contents/contents.ts';
import { findIn, readWanted } from './wanted.ts';

const lists: PackageLists = {
  ...noLists,
  apt: [{ name: 'numpy', version: '1:1.26.4-1ubuntu2' }],
  conda: [{ name: 'numpy', version: '1.26.4', build: 'b', channel: null, environment: '' }],
  pip: [
    { name: 'NumPy', version: '2.1.0rc1', environment: '' },
    { name: 'ruamel.yaml', version: '0.18.6', environment: '' },
  ],
};

function found(text: string): readonly string[] | string {
  const wanted = readWanted(text);
  return wanted.ok
    ? findIn(lists, wanted.value).map(({ list, package: { version }, is }) => `${list} ${version} ${is}`)
    : wanted.failure;
}

describe('a package that is looked for', () => {
  it.each([
    ['numpy', ['apt 1:1.26.4-1ubuntu2 match', 'conda 1.26.4 match', 'pip 2.1.0rc1 match']],
    ['numpy<2', ['apt 1:1.26.4-1ubuntu2 incomparable', 'conda 1.26.4 match']],
    ['NUMPY >= 1.26, <2.2', ['apt 1:1.26.4-1ubuntu2 incomparable', 'conda 1.26.4 match', 'pip 2.1.0rc1 match']],
    ['numpy==1.26.*', ['apt 1:1.26.4-1ubuntu2 incomparable', 'conda 1.26.4 match']],
    ['numpy=1.26.4', ['apt 1:1.26.4-1ubuntu2 incomparable', 'conda 1.26.4 match']],
    ['ruamel_yaml', ['pip 0.18.6 match']],
    ['pandas', []],
  ])('%s', (text, hits) => {
    expect(found(text)).toEqual(hits);
  });

  it.each(['', '<2', 'numpy<', 'numpy 2', '-r x', 'numpy<2;x'])('refuses what is none: %s', (text) => {
    const result = found(text);
    expect(result).toContain('is no package with versions');
  });
});
