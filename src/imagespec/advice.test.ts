import { expect, it } from 'vitest';
import { spec } from '../../test/support/observations.ts';
import { adviceOf } from './advice.ts';
import type { EffectiveSpec } from './effective.ts';

function advised(...names: readonly string[]): readonly string[] {
  const { source } = spec;
  const env = names.map((name) => ({ name, value: 'x' }));
  const changed: EffectiveSpec['source'] = source.is === 'packages' ? { ...source, env } : source;
  return adviceOf({ source: changed });
}

it.each<[readonly string[], readonly unknown[]]>([
  [['MPLBACKEND'], []],
  [['MY_PIP_INDEX', 'PIPX'], []],
  [['A', 'PIP_INDEX_URL'], [expect.stringMatching(/^spec\.env\[1\] "PIP_INDEX_URL": .*use spec\.build\.args/)]],
  [['CONDA_A', 'CONDA_B', 'PIP_C', 'PIP_D'], [expect.stringContaining('spec.env[2] "PIP_C" and 1 more: ')]],
])('%j', (names, advice) => {
  expect(advised(...names)).toEqual(advice);
});
