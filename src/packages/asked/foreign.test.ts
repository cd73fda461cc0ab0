import { expect, it } from 'vitest';
import { foreignFindings } from './foreign.ts';

const found = (...conda: readonly string[]) => foreignFindings({ conda });

it.each([
  ['appnope=0.1.0', 'macOS'],
  ['python.app', 'macOS'],
  ['clang_osx-64=14', 'macOS'],
  ['vs2015_runtime=14.15.26706=h3a45250_0', 'Windows'],
  ['m2w64-gcc-libs', 'Windows'],
  ['conda-forge::pywin32', 'Windows'],
])('%s is for %s', (entry, system) => {
  expect(found('numpy', entry, 'wincertstore')).toMatchObject([
    { place: 'spec.packages.conda[1]', message: expect.stringContaining(`is for ${system} only`) },
  ]);
});

it.each(['libcxx', 'vcrpy', 'ucx', 'python', 'gcc_linux-64', 'm2r2'])('%s is for Linux too', (entry) => {
  expect(found(entry)).toEqual([]);
});
