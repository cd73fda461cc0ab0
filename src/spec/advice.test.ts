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

it.each<[readonly string[], string | undefined]>([
  [['MPLBACKEND'], undefined],
  [['MY_PIP_INDEX', 'PIPX'], undefined],
  [['A', 'PIP_INDEX_URL'], 'spec.env[1] "PIP_INDEX_URL": matters only while packages are installed'],
  [['CONDA_A', 'CONDA_B', 'PIP_C', 'PIP_D'], 'spec.env[2] "PIP_C" and 1 more: matters'],
])('%j', (names, told) => {
  const [advice] = advised(...names);
  if (told === undefined) {
    expect(advice).toBeUndefined();
  } else {
    expect(advice).toContain(told);
    expect(advice).toContain('spec.build.args');
  }
});
