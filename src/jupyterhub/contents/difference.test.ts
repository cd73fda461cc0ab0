import { expect, it } from 'vitest';
import { type Contents, noLists } from '../../packages/contents/contents.ts';
import { differences } from './difference.ts';

const nothing: Contents = { ...noLists, omitted: 0 };
const numpy = { name: 'numpy', version: '1.26.4', build: 'py311_0', channel: 'conda-forge', environment: '' };
const pip = { name: 'PyYAML', version: '6.0', environment: '' };

const before: Contents = {
  ...nothing,
  apt: [
    { name: 'g++', version: '4:12' },
    { name: 'vim', version: '2:9' },
  ],
  rpm: [{ name: 'kernel', version: '1' }],
  conda: [numpy, { ...numpy, environment: '/opt/conda/envs/old' }],
  pip: [pip],
};

it('finds nothing between equals, however a name of pip is written', () => {
  expect(differences(before, before)).toEqual([]);
  expect(differences(before, { ...before, pip: [{ ...pip, name: 'pyyaml' }] })).toEqual([]);
});

it('reports added, removed and changed packages, each by its environment', () => {
  const after: Contents = {
    ...before,
    apt: [
      { name: 'g++', version: '4:13' },
      { name: 'tree', version: '2' },
    ],
    rpm: [
      { name: 'kernel', version: '1' },
      { name: 'kernel', version: '2' },
    ],
    conda: [
      { ...numpy, build: 'py311_1' },
      { ...numpy, environment: '/opt/conda/envs/old' },
    ],
    pip: [],
  };
  expect(differences(before, after)).toEqual([
    { manager: 'apt', name: 'g++', environment: '', before: '4:12', after: '4:13' },
    { manager: 'apt', name: 'tree', environment: '', before: null, after: '2' },
    { manager: 'apt', name: 'vim', environment: '', before: '2:9', after: null },
    { manager: 'rpm', name: 'kernel', environment: '', before: '1', after: '1, 2' },
    {
      manager: 'conda',
      name: 'numpy',
      environment: '',
      before: '1.26.4 py311_0 conda-forge',
      after: '1.26.4 py311_1 conda-forge',
    },
    { manager: 'pip', name: 'PyYAML', environment: '', before: '6.0', after: null },
  ]);
});
