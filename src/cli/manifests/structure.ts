import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { kindOf, type ValueKind, wantedInstead } from '../../text/wrongKind.ts';
import { evaluateRule } from './celRules.ts';
import type { SchemaNode } from './schemaNode.ts';

/** A fault of a value and its path. */
export interface StructureFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A scalar as its author wrote it, by its path below the value; undefined where that is not known. */
export type WrittenAt = (path: readonly (string | number)[]) => string | undefined;

/** The schema's objections to a value: types, bounds, unknown fields, duplicates, and rules between fields. */
export function structureFaults(
  node: SchemaNode,
  value: unknown,
  writtenAt: WrittenAt = () => undefined,
): readonly StructureFault[] {
  const checked = structureOf(node).safeParse(value);
  const structural = checked.success
    ? []
    : checked.error.issues.flatMap((issue) => faultsOf(node, value, issue, writtenAt));
  return [...structural, ...ruleFaults(node, value, [])];
}

const known = new WeakMap<SchemaNode, z.ZodType>();

function structureOf(node: SchemaNode): z.ZodType {
  const made = known.get(node) ?? z.fromJSONSchema(jsonSchemaOf(node));
  known.set(node, made);
  return made;
}

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

/** The node as JSON Schema, closed: a field that the CRD does not know is a typing error. */
function jsonSchemaOf(node: SchemaNode): Exclude<JsonSchema, boolean> {
  if (node.intOrString === true) {
    return { anyOf: [{ type: 'integer' }, { type: 'string', maxLength: node.maxLength ?? 32 }] };
  }
  const { properties, additionalProperties, items } = node;
  const children = Object.entries(properties ?? {}).map(([name, child]) => [name, jsonSchemaOf(child)] as const);
  return {
    ...(node.type === undefined ? {} : { type: node.type }),
    ...(node.enum === undefined ? {} : { enum: [...node.enum] }),
    ...(node.minLength === undefined ? {} : { minLength: node.minLength }),
    ...(node.maxLength === undefined ? {} : { maxLength: node.maxLength }),
    ...(node.minItems === undefined ? {} : { minItems: node.minItems }),
    ...(node.maxItems === undefined ? {} : { maxItems: node.maxItems }),
    ...(node.maxProperties === undefined ? {} : { maxProperties: node.maxProperties }),
    ...(node.minimum === undefined ? {} : { minimum: node.minimum }),
    ...(node.maximum === undefined ? {} : { maximum: node.maximum }),
    ...(node.required === undefined ? {} : { required: [...node.required] }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(children) }),
    ...(node.type === 'object'
      ? { additionalProperties: additionalProperties === undefined ? false : jsonSchemaOf(additionalProperties) }
      : {}),
    ...(items === undefined ? {} : { items: jsonSchemaOf(items) }),
  };
}

function faultsOf(
  root: SchemaNode,
  value: unknown,
  issue: z.core.$ZodIssue,
  writtenAt: WrittenAt,
): readonly StructureFault[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code !== 'unrecognized_keys') {
    return [{ path, message: kindFault(nodeAt(root, path), valueAt(value, path), issue, writtenAt(path)) }];
  }
  const there = Object.keys(nodeAt(root, path)?.properties ?? {});
  return issue.keys.map((key) => {
    const near = nearest(key, there);
    return {
      path: [...path, key],
      message: `unknown field${near === undefined ? '' : `; did you mean ${near}?`}`,
    };
  });
}

const kinds: Readonly<Record<NonNullable<SchemaNode['type']>, ValueKind>> = {
  object: 'table',
  array: 'list',
  string: 'text',
  boolean: 'yes or no',
  integer: 'whole number',
  number: 'number',
};

/** What is wrong with a value, in the words of docs and of a person: never those of the library that has checked it. */
function kindFault(
  node: SchemaNode | undefined,
  value: unknown,
  issue: z.core.$ZodIssue,
  written: string | undefined,
): string {
  const kind = node?.type === undefined ? 'text' : kinds[node.type];
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_union':
      return value === undefined
        ? `is missing; ${kind === 'text' ? 'write it, in quotes where it is empty: ""' : wantedInstead(kind, value)}`
        : `${kindOf(value)}; ${node?.intOrString === true ? 'write a number or text' : wantedInstead(kind, value, written)}`;
    case 'invalid_value':
      return `is none of ${(node?.enum ?? []).map((one) => JSON.stringify(one)).join(', ')}; write one of them`;
    case 'too_small':
      return kind === 'list'
        ? 'is an empty list; write an entry, or remove the field'
        : kind === 'text'
          ? 'is empty; write a text, or remove it'
          : `is below ${issue.minimum}, which is the least`;
    case 'too_big':
      return kind === 'list'
        ? `has more than ${issue.maximum} entries`
        : kind === 'table'
          ? `has more than ${issue.maximum} fields`
          : kind === 'text'
            ? `is longer than ${issue.maximum} characters`
            : `is above ${issue.maximum}, which is the most`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      // None of them is in a schema of the CRD.
      return issue.message;
  }
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof part === 'number' ? list.safeParse(value).data?.[part] : fields.safeParse(value).data?.[part],
    root,
  );
}

function nodeAt(root: SchemaNode, path: readonly (string | number)[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>(
    (node, part) => (typeof part === 'number' ? node?.items : (node?.properties?.[part] ?? node?.additionalProperties)),
    root,
  );
}

/** A longer name is no typing error; comparing takes time in the product of both lengths. */
const longestName = 64;

/** The most similar known name; undefined when none is similar. */
function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > longestName) {
    return undefined;
  }
  const [best] = names
    .map((known) => ({ known, distance: distance(name.toLowerCase(), known.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.known.length / 3)) ? best.known : undefined;
}

const fields = z.record(z.string(), z.unknown());
const list = z.array(z.unknown());

function ruleFaults(node: SchemaNode, value: unknown, path: readonly (string | number)[]): readonly StructureFault[] {
  if (value === undefined || value === null) {
    return [];
  }
  const own = (node.rules ?? []).flatMap((rule) => {
    const result = evaluateRule(rule, value);
    const place = rule.fieldPath === undefined ? path : [...path, rule.fieldPath.slice(1)];
    switch (result.is) {
      case 'holds':
        return [];
      case 'broken':
        return [{ path: place, message: result.message }];
      case 'inapplicable':
        // The structure says what is wrong with the value. If nothing is, the evaluator lacks something that the API server has.
        if (structureOf(node).safeParse(value).success) {
          throw new Error(`a rule of the CRD cannot be evaluated: ${result.why}: ${rule.rule}`);
        }
        return [];
    }
  });
  const given = fields.safeParse(value);
  const items = list.safeParse(value);
  return [
    ...own,
    ...(items.success ? duplicateFaults(node, items.data, path) : []),
    ...(items.success && node.items !== undefined
      ? items.data.flatMap((item, index) => ruleFaults(node.items ?? {}, item, [...path, index]))
      : []),
    ...(given.success
      ? Object.entries(given.data).flatMap(([name, child]) =>
          ruleFaults(node.properties?.[name] ?? node.additionalProperties ?? {}, child, [...path, name]),
        )
      : []),
  ];
}

/** Lists of type set and map contain each item, or each key, once. */
function duplicateFaults(
  { listType, listMapKeys = [] }: SchemaNode,
  items: readonly unknown[],
  path: readonly (string | number)[],
): readonly StructureFault[] {
  if (listType !== 'set' && listType !== 'map') {
    return [];
  }
  const keys = items.map((item) => {
    const given = fields.safeParse(item);
    return JSON.stringify(listType === 'set' ? item : listMapKeys.map((key) => given.data?.[key]));
  });
  return keys.flatMap((key, index) => {
    const first = keys.indexOf(key);
    const what = listType === 'set' ? 'the same' : `the same ${listMapKeys.join(' and ')}`;
    return first === index
      ? []
      : [{ path: [...path, index], message: `${what} as entry ${first}; each may occur once` }];
  });
}
