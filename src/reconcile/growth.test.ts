import { describe, expect, it } from 'vitest';
import { growth, linearAtMost } from '../../test/support/growth.ts';
import { config } from '../../test/support/observations.ts';
import { quantityOf } from '../config/quantity.ts';
import { planOf } from '../dockerfile/plan.ts';
import { type BuildInput, changesBetween, parseInput } from '../imagespec/changes.ts';
import { inputHash } from '../imagespec/inputHash.ts';
import { matchesPattern } from '../imagespec/policy/patterns.ts';
import { parseIdentity } from '../kaniko/identity.ts';
import { parseReference } from '../oci/reference.ts';

const configured = { ...config, output: { ...config.output, repositoryTemplate: 'r.example/{namespace}/{name}' } };
const repository = { registry: 'r.example', repository: 'a' };
const placeholders = { namespace: 'team', name: 'astro' };
const repeated = (unit: string, length: number): string => unit.repeat(length / unit.length);
const listed = (length: number): readonly string[] => Array.from({ length }, (_, index) => `package-${index}`);

function label(entries: readonly string[]): BuildInput | undefined {
  return parseInput(JSON.stringify({ v: 1, platform: 'linux/amd64', pip: entries }));
}

function planned(changes: object) {
  return planOf({ namespace: 'team', name: 'astro', spec: { baseImage: 'r.example/a/b', ...changes } }, configured);
}

describe('the time to read foreign text grows at most linearly', () => {
  it.each<[string, number, (length: number) => void]>([
    ['a reference of one part', 4000, (length) => parseReference(repeated('a', length))],
    ['a reference of many parts', 4000, (length) => parseReference(repeated('a/', length))],
    ['a reference with many separators', 4000, (length) => parseReference(`a${repeated('-', length)}/`)],
    ['a reference with many colons', 4000, (length) => parseReference(repeated('a:', length))],
    [
      'a pattern with many stars',
      4000,
      (length) =>
        matchesPattern(
          `r.example/${repeated('*a', length)}b`,
          { ...repository, repository: repeated('a', length) },
          placeholders,
        ),
    ],
    ['a quantity', 4000, (length) => quantityOf(`${repeated('1', length)}x`)],
    ['the value of a variable', 1000, (length) => planned({ env: [{ name: 'A', value: repeated('\\"$', length) }] })],
    ['many variables', 100, (length) => planned({ env: listed(length).map((value) => ({ name: 'A', value })) })],
    ['the label of an image', 200, (length) => label(listed(length))],
    [
      'the annotation of a Job',
      4000,
      (length) => parseIdentity(`{"number":1,"changes":[${repeated('"a",', length)}"a"]}`),
    ],
    ['a deep annotation', 4000, (length) => parseIdentity(`{"number":${repeated('[', length)}`)],
  ])('%s', (_, length, read) => {
    expect(growth(read, length)).toBeLessThan(linearAtMost);
  });

  it('the changes between two images', () => {
    const work = (length: number) => {
      const [before, after] = [label(listed(length)), label(listed(2 * length).slice(length))];
      if (before !== undefined && after !== undefined) {
        changesBetween(before, after);
      }
    };
    expect(label(listed(1600))).toBeDefined();
    expect(growth(work, 200)).toBeLessThan(linearAtMost);
  });

  it('a spec with many packages, and its identity', () => {
    const work = (length: number) => {
      const entries = [...listed(length)];
      const plan = planned({ packages: { apt: entries, conda: entries, pip: entries } });
      return plan.ok && inputHash(plan.value.spec, []);
    };
    expect(work(1024)).toHaveLength(64);
    expect(growth(work, 128)).toBeLessThan(linearAtMost);
  });
});
