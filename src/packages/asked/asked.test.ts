import { describe, expect, it } from 'vitest';
import { noPackages } from '../../../test/support/noPackages.ts';
import { noLists } from '../contents/contents.ts';
import type { ManagerName } from '../names.ts';
import { againstBase } from './againstBase.ts';
import { contradictions, installedTwice } from './contradictions.ts';

describe('entries of one list', () => {
  it.each<[ManagerName, readonly string[]]>([
    ['pip', ['numpy==1.26', 'numpy==2.0']],
    ['pip', ['numpy==1.26', 'Numpy>=2']],
    ['pip', ['scikit-learn<1', 'scikit_learn~=1.2']],
    ['pip', ['numpy==1.26.*', 'numpy>=1.27']],
    ['pip', ['torch==2.5.1+cu124', 'torch==2.6.0']],
    ['pip', ['x @ https://e.example/1.whl', 'x @ https://e.example/2.whl']],
    ['pip', ["x==1 ; python_version < '3'", 'x==2 ; python_version<"3"']],
    ['pip', ['a', 'numpy>=2,<1']],
    ['conda', ['numpy=1.26', 'numpy=1.27']],
    ['conda', ['numpy=1.26', 'conda-forge::numpy>=2']],
    ['conda', ['python 3.11', 'python=3.12.*']],
    ['conda', ['numpy<2=py311*', 'numpy==2']],
    ['cran', ['dplyr@1.1.4', 'dplyr@1.1-3']],
    ['apt', ['vim=2:8.2.1', 'vim=2:9.0.1']],
  ])('%s: %j contradict each other, which the later one shows', (manager, entries) => {
    const found = contradictions({ ...noPackages, [manager]: entries });
    expect(found.map(({ place }) => place)).toEqual([`spec.packages.${manager}[1]`]);
  });

  it.each<[ManagerName, readonly string[]]>([
    ['pip', ['numpy==1.26', 'numpy==1.26.0', 'numpy>=1', 'numpy']],
    ['pip', ['numpy>=1.26', 'numpy<=1.26']],
    ['pip', ['torch==2.5.1+cu124', 'torch==2.5.1']],
    ['pip', ["x==1 ; python_version < '3'", "x==2 ; python_version >= '3'"]],
    ['pip', ['x==1.0rc1', 'x<1']],
    ['pip', ['x!=1', 'x==1.0.post1']],
    ['pip', ['x>1.7', 'x<1.7.1']],
    ['conda', ['numpy=1.26', 'numpy=1.26.4', 'numpy==1.26.4']],
    ['conda', ['numpy=1.26|2.0', 'numpy=2.0']],
    ['conda', ['openssl=1.1.1w', 'openssl>=1.1.1']],
    ['apt', ['vim=2:8*', 'vim=2:9*']],
    ['apt', ['libc6:amd64=2.36', 'libc6:arm64=2.35']],
    ['cran', ['dplyr', 'dplyr@1.1.4']],
  ])('%s: %j can hold together', (manager, entries) => {
    expect(contradictions({ ...noPackages, [manager]: entries })).toEqual([]);
  });
});

it('finds what conda and pip both install, under either name', () => {
  const fields = {
    ...noPackages,
    conda: ['numpy=1.26', 'pytorch::pytorch', 'scipy'],
    pip: ['torch', 'numpy', 'astropy'],
  };
  expect(installedTwice(fields).map(({ place }) => place)).toEqual(['spec.packages.pip[0]', 'spec.packages.pip[1]']);
});

it('finds what the base has in a version that the spec does not let through', () => {
  const conda = (name: string, version: string) => ({ name, version, build: '0', channel: null, environment: '' });
  const contents = {
    ...noLists,
    omitted: 0,
    conda: [conda('numpy', '1.26.4'), conda('python', '3.11.9')],
    pip: [
      { name: 'Astro_Py', version: '6.1', environment: '' },
      { name: 'six', version: '1.0', environment: '/opt/other' },
    ],
    r: [{ name: 'MASS', version: '7.3-60' }],
  };
  const fields = {
    ...noPackages,
    conda: ['python=3.12', 'numpy=1.26'],
    pip: ['numpy>=2', 'astro-py<6', 'six==2', 'torch==1'],
    cran: ['MASS@7.3-60', 'MASS@7.3-61'],
  };
  expect(againstBase(fields, contents).map(({ place }) => place)).toEqual([
    'spec.packages.conda[0]',
    'spec.packages.pip[0]',
    'spec.packages.pip[1]',
    'spec.packages.cran[1]',
  ]);
});
