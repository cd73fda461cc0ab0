import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CelInput, CelScalar, celEnv, celFunc, celMethod, isCelError, listType, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configWith, refusalOf } from '../../../test/support/policy/policies.ts';
import { refused, taken } from '../../../test/support/policy/policyCases.ts';
import type { ImageSpecSpec } from '../../api/imagespec.generated.ts';
import { parseConfig } from '../../config/parse.ts';
import { quantityOf } from '../../config/quantity.ts';
import type { Config } from '../../config/schema.ts';
import { admissionPolicy } from './admissionPolicy.ts';

/** The extensions of the API server that the policy uses; test/integration/policy.test.ts asks a real one about the same rows. */
const environment = celEnv({
  funcs: [
    ...strings,
    celFunc('quantity', [CelScalar.STRING], CelScalar.DOUBLE, (text) => quantityOf(text) ?? Number.POSITIVE_INFINITY),
    celMethod('compareTo', CelScalar.DOUBLE, [CelScalar.DOUBLE], CelScalar.INT, function compareTo(other) {
      return BigInt(Math.sign(this - other));
    }),
    celMethod('sum', listType(CelScalar.INT), [], CelScalar.INT, function sum() {
      return [...this].reduce<bigint>((all, one) => all + (typeof one === 'bigint' ? one : 0n), 0n);
    }),
  ],
});

const policySchema = z.object({
  spec: z.object({ validations: z.array(z.object({ expression: z.string(), messageExpression: z.string() })) }),
});

function celOf(value: unknown): CelInput {
  if (Array.isArray(value)) {
    return value.map(celOf);
  }
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, item]) => [name, celOf(item)]));
  }
  return typeof value === 'number'
    ? BigInt(value)
    : typeof value === 'string' || typeof value === 'boolean'
      ? value
      : null;
}

/** What the API server says about an ImageSpec; '' where it takes it. */
function admissionSays(spec: object, config: Config, { namespace = 'vision', name = 'astro' } = {}): string {
  const [policy] = admissionPolicy(config);
  const variables = { object: celOf({ metadata: { name }, spec }), request: celOf({ namespace }) };
  const broken = policySchema.parse(policy).spec.validations.find(({ expression }) => {
    const holds = plan(environment, parse(expression))(variables);
    if (typeof holds !== 'boolean') {
      throw new Error(`${expression}: ${isCelError(holds) ? holds.message : 'is no truth'}`);
    }
    return !holds;
  });
  const message = broken === undefined ? '' : plan(environment, parse(broken.messageExpression))(variables);
  if (typeof message !== 'string') {
    throw new Error(`${broken?.messageExpression}: ${isCelError(message) ? message.message : 'is no text'}`);
  }
  return message;
}

const example = parseConfig(
  await readFile(join(import.meta.dirname, '../../../deploy/policy/operator-config.yaml'), 'utf8'),
);
if (!example.ok) {
  throw new Error(example.failure);
}
const { value: config } = example;

describe("the example's policy at admission", () => {
  it.each(taken.map((spec) => [JSON.stringify(spec), spec] as const))('takes %s', (_, spec) => {
    expect(admissionSays(spec, config)).toBe('');
  });

  it.each(refused.map(([spec, words]) => [JSON.stringify(spec), spec, words] as const))(
    'refuses %s',
    (_, spec, words) => {
      expect(admissionSays(spec, config)).toContain(words);
    },
  );
});

describe('a repository at admission', () => {
  const base: ImageSpecSpec = { baseImage: 'a/b' };

  it.each([
    ['output: {repositoryTemplate: "r.example/x/{namespace}/{name}"}', 'r.example/x/vision/astro', ''],
    [
      'output: {repositoryTemplate: "r.example/x/{namespace}/{name}"}',
      'r.example/x/vision/other',
      'output.repositoryTemplate',
    ],
    ['output: {repositoryTemplate: "team/{name}"}', 'docker.io/team/astro', ''],
    ['output: {repositoryTemplate: "team/{name}"}', 'team/astro', ''],
    ['output: {repositoryTemplate: "team/{name}"}', 'r.example/team/astro', 'output.repositoryTemplate'],
    ['policy: {repositories: ["**"]}', 'r.example/any', ''],
    ['policy: {repositories: ["r.example/a/*", "**"]}', 'other.example/any', ''],
    ['policy: {repositories: ["r.example/a/*"]}', 'r.example/a/b/c', 'policy.repositories'],
    ['', 'r.example/any', ''],
  ])('with %j: %s', (settings, repository, words) => {
    const spec = { ...base, output: { repository } };
    const said = [admissionSays(spec, configWith(settings)), refusalOf({ spec, config: configWith(settings) })];
    for (const message of said) {
      expect(words === '' ? message : message.includes(words)).toBe(words === '' ? '' : true);
    }
  });
});
