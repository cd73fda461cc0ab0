import {
  type Arbitrary,
  array,
  assert,
  constant,
  constantFrom,
  dictionary,
  oneof,
  property,
  record,
  string,
} from 'fast-check';
import { expect, it } from 'vitest';
import { parseConfig } from '../config/parse.ts';
import type { Config } from '../config/schema.ts';
import { planOf } from './plan.ts';

function joined(characters: Arbitrary<string[]>): Arbitrary<string> {
  return characters.map((all) => all.join(''));
}

/** Texts of any UTF-16 units, and of those that mean something to a parser. */
const hostile = oneof(
  string({ unit: 'binary', maxLength: 40 }),
  joined(
    array(constantFrom(...'\u0000\r\n\t \\"\'`$#<>[]{}()=,:;@/!~*|&-+.aZ0é\u2028\uD800\uFEFF'.split('')), {
      maxLength: 40,
    }),
  ),
);
const entries = array(hostile, { maxLength: 3 });
const pairs = array(record({ name: hostile, value: hostile }), { maxLength: 3 });
const pieces = constantFrom(
  '\nFROM aa',
  '\nRUN ',
  '\nCOPY --from=',
  '\nARG ',
  '\nONBUILD ',
  '\\\n',
  '<<E\n',
  '\n# escape=',
);

const source = oneof(
  constant({ baseImage: 'quay.io/a/b' }),
  record({ dockerfile: joined(array(oneof(hostile, pieces), { maxLength: 12 })) }),
  record({ dockerfile: hostile.map((text) => `FROM quay.io/a/b\nRUN x${text}`) }),
  record({
    baseImage: oneof(hostile, constant('quay.io/a/b')),
    packages: record(
      { apt: entries, conda: entries, condaChannels: entries, pip: entries, pipIndexes: entries },
      { requiredKeys: [] },
    ),
    env: pairs,
  }),
);
const rest = oneof(
  constant({}),
  record(
    {
      output: record({ repository: hostile, tag: hostile, pushSecret: hostile }, { requiredKeys: [] }),
      pullSecret: hostile,
      displayName: hostile,
      build: record(
        {
          args: pairs,
          nodeSelector: dictionary(hostile, hostile, { maxKeys: 3 }),
          tolerations: array(record({ key: hostile, value: hostile }), { maxLength: 3 }),
          serviceAccountName: hostile,
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
);

function configOf(policy: string): Config {
  const config = parseConfig(
    `{images: {operator: r.example/o:1}, output: {repositoryTemplate: 'r.example/{namespace}/{name}'}, policy: ${policy}}`,
  );
  if (!config.ok) {
    throw new Error(config.failure);
  }
  return config.value;
}

const configurations = [configOf('{}'), configOf('{baseImages: ["quay.io/**"], repositories: ["r.example/team/*"]}')];

it('any spec gives a plan or a reason: no parser throws', () => {
  const seen = new Set<string>();
  assert(
    property(source, rest, constantFrom(...configurations), (one, other, config) => {
      const result = planOf({ namespace: 'team', name: 'astro', spec: { ...one, ...other } }, config);
      seen.add(result.ok ? 'taken' : result.failure.reason);
      expect(result.ok ? '' : result.failure.message).not.toContain('a fault of the operator');
    }),
    { numRuns: 1000 },
  );
  expect([...seen].toSorted()).toEqual(['DockerfileInvalid', 'InvalidSpec', 'PolicyViolation', 'taken']);
});
