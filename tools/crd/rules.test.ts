import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type CrdField, readCrd, specAndStatus } from './crd.ts';
import { schemaRules } from './rules.ts';

const path = join(import.meta.dirname, '..', '..', 'crds', 'imagespec.dev_imagespecs.yaml');
const source = await readFile(path, 'utf8');
const version = readCrd(source);
const fields = specAndStatus(version);

describe('every field of the CRD', () => {
  it.each(schemaRules)('$title', ({ holds }) => {
    expect(fields.filter((field) => !holds(field)).map((field) => field.path)).toEqual([]);
  });
});

/** A CRD like ours with another spec; `schema` is YAML in one line. */
function fieldsOfSpec(schema: string): readonly CrdField[] {
  const spec = `{type: object, description: S., properties: ${schema}}`;
  const status = '{type: object, description: S., default: {}}';
  return specAndStatus(
    readCrd(`spec:
  versions:
    - name: v1
      additionalPrinterColumns: []
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: ${spec}
            status: ${status}`),
  );
}

describe('a bad CRD', () => {
  it.each<[string, string]>([
    ['commentstart', '{a: {type: boolean, description: no sentence}}'],
    ['jsontags', '{a_b: {type: boolean}}'],
    ['nofloats', '{a: {type: number}}'],
    ['nofloats', '{a: {type: object, x-kubernetes-preserve-unknown-fields: true}}'],
    ['nonullable', '{a: {type: string, nullable: true}}'],
    ['nobools', '{a: {type: boolean}}'],
    ['integers', '{a: {type: integer, minimum: 0}}'],
    ['integers', '{a: {type: integer, format: int32}}'],
    ['a string with an upper bound', '{a: {type: string}}'],
    ['a string with a lower bound', '{a: {type: string, maxLength: 9}}'],
    ['a list with a bound', '{a: {type: array, items: {type: string}}}'],
    ['ssatags', '{a: {type: array, items: {type: string}}}'],
    ['ssatags', '{a: {type: array, x-kubernetes-list-type: set, items: {type: object, properties: {}}}}'],
    [
      'ssatags',
      '{a: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [b], items: {type: object}}}',
    ],
    ['arrayofstruct', '{a: {type: array, items: {type: object, properties: {}}}}'],
    ['nomaps', '{a: {type: object, maxProperties: 1, additionalProperties: {type: object}}}'],
    ['nomaps', '{a: {type: object, additionalProperties: {type: string}}}'],
    ['requiredfields', '{a: {type: object, required: [b], properties: {}}}'],
    ['defaults', '{a: {type: string, default: b}}'],
    ['nodurations', '{timeout: {type: string}}'],
    ['notimestamp', '{startTime: {type: string}}'],
    ['notimestamp', '{start: {type: string, format: date-time}}'],
    ['noreferences', '{aReference: {type: string}}'],
    ['nophase', '{phase: {type: string}}'],
    ['bare pattern', '{a: {type: string, pattern: b}}'],
  ])('is found by the rule about %s: %s', (title, schema) => {
    const broken = schemaRules.filter(({ holds }) => fieldsOfSpec(schema).some((field) => !holds(field)));
    expect(broken.map((rule) => rule.title)).toContainEqual(expect.stringContaining(title));
  });

  it('is refused when a rule has no name', () => {
    expect(() => fieldsOfSpec("{a: {type: string, x-kubernetes-validations: [{rule: 'true', message: b}]}}")).toThrow(
      /"id"/,
    );
  });

  it('is refused when it has an unchecked keyword', () => {
    expect(() => fieldsOfSpec('{a: {type: string, multipleOf: 2}}')).toThrow(/multipleOf/);
  });
});

describe('the rules in the CRD', () => {
  it('have the same name exactly when they are the same', () => {
    const rules = fields.flatMap(({ schema }) => schema['x-kubernetes-validations']);
    const texts = new Map(rules.map(({ id, ...text }) => [JSON.stringify(text), id]));
    expect(rules.filter(({ id, ...text }) => texts.get(JSON.stringify(text)) !== id)).toEqual([]);
    expect(new Set(texts.values()).size).toBe(texts.size);
  });
});

it('has conditions first in its status, a map by type, as Kubernetes has them', () => {
  const [status, conditions] = fields.slice(fields.findIndex((field) => field.path === 'status'));
  expect(status?.path).toBe('status');
  expect(conditions?.path).toBe('status.conditions');
  expect(conditions?.schema['x-kubernetes-list-map-keys']).toEqual(['type']);
  expect(Object.keys(conditions?.schema.items?.properties ?? {}).toSorted()).toEqual(
    ['lastTransitionTime', 'message', 'observedGeneration', 'reason', 'status', 'type'].toSorted(),
  );
});

it('has a status subresource, and columns for Ready, its reason and the age', () => {
  expect(Object.keys(version.subresources)).toEqual(['status']);
  for (const [name, jsonPath] of [
    ['Ready', '.status.conditions[?(@.type=="Ready")].status'],
    ['Status', '.status.conditions[?(@.type=="Ready")].reason'],
    ['Age', '.metadata.creationTimestamp'],
  ]) {
    expect(version.additionalPrinterColumns).toContainEqual(expect.objectContaining({ name, jsonPath }));
  }
});

it('has a short name and a category', () => {
  const shape = z.object({
    spec: z.object({ names: z.object({ shortNames: z.array(z.string()), categories: z.array(z.string()) }) }),
  });
  expect(shape.parse(parse(source)).spec.names).toMatchObject({ shortNames: ['imgspec'], categories: ['jupyterhub'] });
});

it('is small enough for kubectl apply, whose annotation holds the whole object', () => {
  expect(JSON.stringify(parse(source)).length).toBeLessThan(262_144);
});
