import type { SchemaNode } from '../../src/cli/schemaNode.ts';
import type { CrdSchema, CrdVersion } from '../crd/crd.ts';

/** src/cli/schema.generated.ts: the CRD's schema of `spec`, without its texts, for the offline check. */
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
