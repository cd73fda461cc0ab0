import { describe, expect, it } from 'vitest';
import { base, spec } from '../../../test/support/observations.ts';
import { render } from '../../dockerfile/render.ts';
import type { EffectiveSpec, NameValue } from '../effective.ts';
import { inputHash } from '../inputHash.ts';
import { baseEnv, extended, extendedNames, extensionFaults, isBaseValue, literalReferences } from './extension.ts';

function withEnv(...env: readonly NameValue[]): EffectiveSpec {
  const { source } = spec;
  return { ...spec, source: source.is === 'packages' ? { ...source, env } : source };
}

function valueOf(name: string, value: string, inBase: string): string | undefined {
  const { source } = extended(withEnv({ name, value }), { ...base, env: [{ name, value: inBase }] });
  return source.is === 'packages' ? source.env[0]?.value : undefined;
}

describe('a variable that refers to itself', () => {
  it.each([
    ['PATH', '/opt/x/bin:$PATH', '/opt/x/bin:/bin'],
    ['PATH', '${PATH}:/opt/x/bin', '/bin:/opt/x/bin'],
    ['PATH', '$PATH:$PATH', '/bin:/bin'],
    ['PATH', '$PATHS:${PATH_}:$PAT', '$PATHS:${PATH_}:$PAT'],
    ['PATH', '\\$PATH', '\\/bin'],
    ['PATH', '${PATH:-x}', '${PATH:-x}'],
    ['OTHER', '$PATH', '$PATH'],
    ['PATH', '$$', '$$'],
  ])('%s=%s is %s', (name, value, result) => {
    expect(valueOf(name, value, '/bin')).toBe(result);
  });

  it('takes the value of the base as it stands, with any characters', () => {
    expect(valueOf('A', '$A', '$& $1 $A ${A} "')).toBe('$& $1 $A ${A} "');
  });

  it('is empty where the base has none, and the last one counts where it has several', () => {
    expect(baseEnv(['A', 'B'], ['A=1', 'AB=2', 'A=x=y'])).toEqual([
      { name: 'A', value: 'x=y' },
      { name: 'B', value: '' },
    ]);
  });

  it('has the identity and the Dockerfile of the value that it becomes', () => {
    const env = [{ name: 'PATH', value: '/bin:$HOME' }];
    const written = extended(withEnv({ name: 'PATH', value: '/opt/x:$PATH' }), { ...base, env });
    const literal = withEnv({ name: 'PATH', value: '/opt/x:/bin:$HOME' });
    expect(inputHash(written, [{ ...base, env }])).toBe(inputHash(literal, [base]));
    expect(render(written, [{ ...base, env }])).toBe(render(literal, [base]));
    expect(render(written, [base])).toContain('ENV PATH="/opt/x:/bin:\\$HOME"');
  });

  it('is the same object for the same base, and another for another', () => {
    const written = withEnv({ name: 'A', value: '$A' });
    const of = (value: string) => extended(written, { ...base, env: [{ name: 'A', value }] });
    expect(of('1')).toBe(of('1'));
    expect(of('2')).not.toEqual(of('1'));
  });

  it('leaves a spec without any as it is', () => {
    const literal = withEnv({ name: 'A', value: '$B' });
    expect(extended(literal, base)).toBe(literal);
    expect(extendedNames(literal)).toEqual([]);
  });
});

describe('the bounds', () => {
  const many = (count: number, value: (name: string) => string) =>
    Array.from({ length: count }, (_, index) => ({ name: `V${index}_`, value: value(`V${index}_`) }));

  it.each([
    ['variables', many(16, (name) => `$${name}`), many(17, (name) => `$${name}`)],
    ['references', many(1, (name) => `$${name} `.repeat(32)), many(1, (name) => `$${name} `.repeat(33))],
  ])('of %s', (_, most, more) => {
    expect(extensionFaults(most)).toEqual([]);
    expect(extensionFaults(more)).toEqual([expect.stringContaining('at most 16 may, 32 times in all')]);
  });

  it.each([
    ['x'.repeat(4096), true],
    ['x'.repeat(4097), false],
    ['a\nb', false],
    ['ä', false],
  ])('of a value in the base: %#', (value, isTaken) => {
    expect(isBaseValue({ name: 'A', value })).toBe(isTaken);
  });
});

it.each<[string, string, boolean]>([
  ['A', '$HOME/x', true],
  ['A', '${HOME}/x', true],
  ['A', '~/x', true],
  ['A', '/bin:~/x', true],
  ['PATH', '/x:$PATH:$HOME/bin', true],
  ['PATH', '/x:$PATH', false],
  ['A', 'pa$$word', false],
  ['A', '$1', false],
  ['A', 'a~b', false],
  ['A', '1~/x', false],
])('%s=%s has a reference that is not followed: %s', (name, value, isFound) => {
  expect(literalReferences([{ name, value }])).toHaveLength(isFound ? 1 : 0);
});
