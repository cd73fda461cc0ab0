import type { CrdField, CrdSchema } from './crd.ts';

/** One rule about every field. */
export interface SchemaRule {
  readonly title: string;
  readonly holds: (field: CrdField) => boolean;
}

/** Strings for which "nothing" is a value. */
const mayBeEmpty = new Set([
  'spec.description',
  'spec.env[].value',
  'spec.build.args[].value',
  'spec.build.nodeSelector{}',
  'spec.build.tolerations[].key',
  'spec.build.tolerations[].value',
  'spec.verify[].command[]',
  'status.base.env[].value',
  'status.conditions[].message',
  'status.base.user',
  'status.failure.message',
  'status.failure.log',
  'status.jupyterHub.log',
  'status.lastHandledRebuild',
  'status.lastHandledRetry',
  'status.lastHandledLaunch',
  'status.lastHandledCancel',
]);

/** The one field that Kubernetes' own types have as a boolean too (CronJob, Job). */
const booleans = new Set(['spec.suspend']);

/** So that an object that the operator has not seen is never taken for done. */
const hasDefault = new Set(['status', 'status.observedGeneration']);

/** Every field may be absent in a Pod's toleration, whose form this is; a rule says what must be there. */
const withoutRequired = new Set(['spec.build.tolerations[]']);

/**
 * The rules of this API. Others come from kube-api-linter (its names in brackets) and crd-schema-checker, where they make
 * sense for a CRD written by hand. Both programs read Go types or an older version from Git; the rules themselves are small.
 * Not taken over: statusoptional and optionalfields (they are about Go pointers), duplicatemarkers and the like.
 */
export const schemaRules: readonly SchemaRule[] = [
  {
    title: 'is described by sentences, unless it is an entry of a list of words (commentstart)',
    holds: ({ path, schema }) =>
      /^["A-Z][^]*[.]$/.test(schema.description ?? '') || (path.endsWith('[]') && schema.properties === undefined),
  },
  { title: 'has a name in camelCase (jsontags)', holds: ({ name }) => /^[a-z][a-zA-Z0-9]*$/.test(name) },
  {
    title: 'is of a known type: no float, nothing kept that the schema does not know (nofloats)',
    holds: ({ schema }) =>
      schema.type !== 'number' &&
      (schema.type !== undefined || schema['x-kubernetes-int-or-string']) &&
      !schema['x-kubernetes-preserve-unknown-fields'],
  },
  { title: 'is never null (nonullable)', holds: ({ schema }) => schema.nullable !== true },
  {
    title: 'is no boolean, since a third state comes up later (nobools)',
    holds: ({ path, schema }) => schema.type !== 'boolean' || booleans.has(path),
  },
  {
    title: 'is an integer of a stated width and with a lower bound (integers)',
    holds: ({ schema }) =>
      schema.type !== 'integer' ||
      ((schema.format === 'int32' || schema.format === 'int64') && schema.minimum !== undefined),
  },
  {
    title: 'is a string with an upper bound, or one of a list (maxlength)',
    holds: ({ schema }) => !isText(schema) || schema.maxLength !== undefined,
  },
  {
    title: 'is a string with a lower bound, unless it may be empty (minlength)',
    holds: ({ path, schema }) =>
      !isText(schema) || schema.format === 'date-time' || (schema.minLength === undefined) === mayBeEmpty.has(path),
  },
  {
    title: 'is a list with a bound (maxlength)',
    holds: ({ schema }) => !isList(schema) || schema.maxItems !== undefined,
  },
  {
    title: 'is a list that says how it is merged, sets of words only, maps by required keys (ssatags)',
    holds: ({ schema }) => !isList(schema) || isMergeable(schema),
  },
  {
    title: 'is a list of objects of which something is required (arrayofstruct)',
    holds: ({ path, schema }) =>
      !path.endsWith('[]') ||
      schema.properties === undefined ||
      schema.required.length > 0 ||
      withoutRequired.has(path),
  },
  {
    title: 'is a map of strings or quantities with a bound (nomaps)',
    holds: ({ schema }) =>
      schema.additionalProperties === undefined ||
      (schema.maxProperties !== undefined &&
        (schema.additionalProperties.type === 'string' || schema.additionalProperties['x-kubernetes-int-or-string'])),
  },
  {
    title: 'requires only what it has (requiredfields)',
    holds: ({ schema }) => schema.required.every((name) => schema.properties?.[name] !== undefined),
  },
  {
    title: 'has no default, but for the status of an object that the operator has not seen (defaults)',
    holds: ({ path, schema }) => (schema.default !== undefined) === hasDefault.has(path),
  },
  {
    title: 'is no duration in words; its name ends with the unit (nodurations)',
    holds: ({ name, schema }) =>
      schema.format !== 'duration' && !/(duration|timeout|interval|delay|period)$/i.test(name),
  },
  {
    title: 'is called …Time exactly when it is a time (notimestamp)',
    holds: ({ name, schema }) =>
      !/timestamp/i.test(name) &&
      (schema.format === 'date-time') === (schema.type === 'string' && name.endsWith('Time')),
  },
  { title: 'is called …Ref when it refers to an object (noreferences)', holds: ({ name }) => !/reference/i.test(name) },
  { title: 'is no phase: conditions say it (nophase)', holds: ({ name }) => !/^phase$/i.test(name) },
  {
    title: 'is in the spec and has no bare pattern, whose message says nothing',
    holds: ({ path, schema }) => !path.startsWith('spec') || schema.pattern === undefined,
  },
  {
    title: 'has rules that say what is wrong',
    holds: ({ schema }) =>
      schema['x-kubernetes-validations'].every(
        ({ message, messageExpression }) => (message === undefined) !== (messageExpression === undefined),
      ),
  },
];

function isText(schema: CrdSchema): boolean {
  return (schema.type === 'string' && schema.enum === undefined) || schema['x-kubernetes-int-or-string'];
}

function isList(schema: CrdSchema): boolean {
  return schema.type === 'array';
}

function isMergeable({ items, ...schema }: CrdSchema): boolean {
  const keys = schema['x-kubernetes-list-map-keys'];
  switch (schema['x-kubernetes-list-type']) {
    case undefined:
      return false;
    case 'map':
      return keys.length > 0 && keys.every((key) => items?.required.includes(key) === true);
    case 'set':
      return keys.length === 0 && items?.properties === undefined;
    case 'atomic':
      return keys.length === 0;
  }
}
