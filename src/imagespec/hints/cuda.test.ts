import { expect, it } from 'vitest';
import { noPackages } from '../../../test/support/noPackages.ts';
import type { EffectiveSpec } from '../effective.ts';
import { cudaFindings } from './cuda.ts';

function found(conda: readonly string[], args: EffectiveSpec['args'] = []) {
  const base = { is: 'image', reference: 'a/b' } as const;
  return cudaFindings({
    source: { is: 'packages', ...noPackages, conda, base, credentialsSecret: null, env: [] },
    args,
  });
}

it.each([
  'pytorch=2.5=cuda124*',
  'pytorch>=2.7=cuda12*',
  "jaxlib[version='*',build='*cuda*']",
  'cudatoolkit=11',
  'nvidia::cuda',
])('%s needs a driver, or a variable that stands for one', (entry) => {
  expect(found(['numpy', entry])).toMatchObject([{ place: 'spec.packages.conda[1]' }]);
  expect(found(['numpy', entry], [{ name: 'CONDA_OVERRIDE_CUDA', value: '12.4' }])).toEqual([]);
});

it.each(['pytorch', 'cuda-version=12.4', 'barracuda', 'numpy=1.26=py311*'])('%s needs none', (entry) => {
  expect(found([entry])).toEqual([]);
});
