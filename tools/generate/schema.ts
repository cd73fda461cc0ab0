import type { Bounds } from '../../src/api/bounds.ts';
import type { SchemaNode } from '../../src/cli/manifests/schemaNode.ts';
import type { CrdSchema, CrdVersion } from '../crd/crd.ts';

/** src/cli/manifests/schema.generated.ts: the CRD's schema of `spec`, without its texts, for the offline check. */
export function schemaModule(version: CrdVersion): string {
  const spec = version.schema.openAPIV3Schema.properties?.['spec'];
  if (spec === undefined) {
    throw new Error('the CRD has no spec');
  }
  return `// Made from crds/imagespec.dev_imagespecs.yaml by \`npm run generate\`. Do not edit.
import type { SchemaNode } from './schemaNode.ts';

/** Schema of \`spec\`. */
export const specSchema: SchemaNode = ${JSON.stringify(nodeOf(spec))};
`;
}

/** src/api/statusBounds.generated.ts: the bounds of the CRD's `status`, for the operator, which keeps to them. */
export function statusBoundsModule(version: CrdVersion): string {
  const status = version.schema.openAPIV3Schema.properties?.['status'];
  if (status === undefined) {
    throw new Error('the CRD has no status');
  }
  return `// Made from crds/imagespec.dev_imagespecs.yaml by \`npm run generate\`. Do not edit.
import type { Bounds } from './bounds.ts';

/** Bounds of \`status\`. */
export const statusBounds: Bounds = ${JSON.stringify(boundsOf('status', status))};
`;
}

function boundsOf(place: string, schema: CrdSchema): Bounds {
  const { properties, items, required } = schema;
  switch (schema.type) {
    case 'string':
      return schema.enum === undefined
        ? { is: 'text', least: schema.minLength ?? 0, most: boundOf(place, schema.maxLength) }
        : { is: 'word', words: schema.enum };
    case 'integer':
      return { is: 'number', least: boundOf(place, schema.minimum), most: schema.maximum ?? largest(schema.format) };
    case 'array':
      if (items === undefined) {
        throw new Error(`${place}: a list without items`);
      }
      return {
        is: 'list',
        most: boundOf(place, schema.maxItems),
        items: boundsOf(`${place}[]`, items),
        unique: schema['x-kubernetes-list-type'] === 'set' ? 'whole' : schema['x-kubernetes-list-map-keys'],
      };
    case 'object':
      return {
        is: 'object',
        required,
        fields: Object.fromEntries(
          Object.entries(properties ?? {}).map(([name, child]) => [name, boundsOf(`${place}.${name}`, child)]),
        ),
      };
    case 'boolean':
    case 'number':
    case undefined:
      throw new Error(`${place}: no bounds are known of the type ${schema.type ?? 'that it does not name'}`);
  }
}

function boundOf(place: string, bound: number | undefined): number {
  if (bound === undefined) {
    throw new Error(`${place} has no bound`);
  }
  return bound;
}

function largest(format: string | undefined): number {
  return format === 'int32' ? 2_147_483_647 : Number.MAX_SAFE_INTEGER;
}

function nodeOf(schema: CrdSchema): SchemaNode {
  const { properties, additionalProperties, items } = schema;
  const bounds = [
    'enum',
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'maxProperties',
    'minimum',
    'maximum',
  ] as const;
  const given = Object.fromEntries(
    bounds.flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]]])),
  );
  const isAny = schema['x-kubernetes-int-or-string'];
  const rules = schema['x-kubernetes-validations'].map(({ rule, message, messageExpression, fieldPath }) => ({
    rule,
    ...(message === undefined ? {} : { message }),
    ...(messageExpression === undefined ? {} : { messageExpression: messageExpression.trim() }),
    ...(fieldPath === undefined ? {} : { fieldPath }),
  }));
  return {
    ...(schema.type === undefined ? {} : { type: schema.type }),
    ...given,
    ...(schema.required.length === 0 ? {} : { required: schema.required }),
    ...(isAny ? { intOrString: true } : {}),
    ...(schema['x-kubernetes-list-type'] === undefined ? {} : { listType: schema['x-kubernetes-list-type'] }),
    ...(schema['x-kubernetes-list-map-keys'].length === 0 ? {} : { listMapKeys: schema['x-kubernetes-list-map-keys'] }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, nodeOf(child)])) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: nodeOf(additionalProperties) }),
    ...(items === undefined ? {} : { items: nodeOf(items) }),
  };
}
