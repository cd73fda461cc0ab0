import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * The rules of kube-api-linter and crd-schema-checker that make sense for a CRD written by hand. Both read Go types
 * or need Go to run; the rules themselves are small.
 */
const schemaShape = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  maxLength: z.number().optional(),
  maxItems: z.number().optional(),
  maxProperties: z.number().optional(),
  minimum: z.number().optional(),
  default: z.unknown().optional(),
  required: z.array(z.string()).default([]),
  'x-kubernetes-int-or-string': z.boolean().default(false),
  'x-kubernetes-list-type': z.enum(['atomic', 'set', 'map']).optional(),
  'x-kubernetes-list-map-keys': z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), schemaShape).optional();
  },
  get additionalProperties() {
    return schemaShape.optional();
  },
  get items() {
    return schemaShape.optional();
  },
});
type Schema = z.infer<typeof schemaShape>;

const crdShape = z.object({
  spec: z.object({
    versions: z.array(z.object({ schema: z.object({ openAPIV3Schema: schemaShape }) })).length(1),
  }),
});

const path = join(import.meta.dirname, '..', '..', 'crds', 'imagespec.dev_imagespecs.yaml');
const crd: unknown = parse(await readFile(path, 'utf8'));
const fields = crdShape
  .parse(crd)
  .spec.versions.flatMap(({ schema }) =>
    Object.entries(schema.openAPIV3Schema.properties ?? {}).flatMap(([name, child]) =>
      name === 'spec' || name === 'status' ? walk(name, child) : [],
    ),
  );

interface Field {
  readonly path: string;
  readonly schema: Schema;
}

function walk(at: string, schema: Schema): readonly Field[] {
  return [
    { path: at, schema },
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => walk(`${at}.${name}`, child)),
    ...(schema.items === undefined ? [] : walk(`${at}[]`, schema.items)),
    ...(schema.additionalProperties === undefined ? [] : walk(`${at}{}`, schema.additionalProperties)),
  ];
}

function isListOfScalars({ path: at, schema }: Field): boolean {
  return at.endsWith('[]') && schema.properties === undefined;
}

it.each<[string, (field: Field) => boolean]>([
  [
    'each field has a description, which ends as a sentence does',
    (field) => /[.]$/.test(field.schema.description ?? '') || isListOfScalars(field) || isMapOfStrings(field),
  ],
  [
    'each string has a bound',
    ({ schema }) => schema.type !== 'string' || schema.enum !== undefined || schema.maxLength !== undefined,
  ],
  ['each list has a bound', ({ schema }) => schema.type !== 'array' || schema.maxItems !== undefined],
  [
    'each list says how it is merged',
    ({ schema }) => schema.type !== 'array' || schema['x-kubernetes-list-type'] !== undefined,
  ],
  [
    'each list of objects with a key is a map by it, and the key is required',
    ({ schema }) =>
      schema['x-kubernetes-list-map-keys'].every((key) => schema.items?.required.includes(key) === true) &&
      (schema['x-kubernetes-list-type'] === 'map') === schema['x-kubernetes-list-map-keys'].length > 0,
  ],
  [
    'each map has a bound',
    ({ schema }) => schema.additionalProperties === undefined || schema.maxProperties !== undefined,
  ],
  ['each number is an integer with a lower bound', ({ schema }) => schema.type !== 'number' && hasMinimum(schema)],
  ['only the status has a default', ({ path: at, schema }) => (schema.default === undefined) === (at !== 'status')],
])('%s', (_, holds) => {
  expect(fields.filter((field) => !holds(field)).map((field) => field.path)).toEqual([]);
});

it('is small enough for kubectl apply, whose annotation holds the whole object', () => {
  expect(JSON.stringify(crd).length).toBeLessThan(262_144);
});

function hasMinimum(schema: Schema): boolean {
  return schema.type !== 'integer' || schema.minimum !== undefined;
}

function isMapOfStrings({ path: at, schema }: Field): boolean {
  return at.endsWith('{}') && schema.type === 'string';
}
