import { isMap, parseDocument, visit } from 'yaml';
import { z } from 'zod';

/** A rule of the schema. `id` is the name in the comment above it, the same for equal rules. */
const ruleShape = z.strictObject({
  id: z.string(),
  rule: z.string(),
  message: z.string().optional(),
  messageExpression: z.string().optional(),
  fieldPath: z.string().optional(),
});
export type CrdRule = z.infer<typeof ruleShape>;

/** A schema with the keywords that the CRD uses; another one is refused, so that no check passes one by. */
const schemaShape = z.strictObject({
  type: z.enum(['object', 'array', 'string', 'boolean', 'integer', 'number']).optional(),
  format: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  maxProperties: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.json().optional(),
  nullable: z.boolean().optional(),
  required: z.array(z.string()).default([]),
  'x-kubernetes-int-or-string': z.boolean().default(false),
  'x-kubernetes-preserve-unknown-fields': z.boolean().default(false),
  'x-kubernetes-list-type': z.enum(['atomic', 'set', 'map']).optional(),
  'x-kubernetes-list-map-keys': z.array(z.string()).default([]),
  'x-kubernetes-validations': z.array(ruleShape).default([]),
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
export type CrdSchema = z.infer<typeof schemaShape>;

const columnShape = z.strictObject({
  name: z.string(),
  type: z.enum(['string', 'date']),
  description: z.string().optional(),
  jsonPath: z.string(),
  priority: z.number().default(0),
});

const crdShape = z.object({
  spec: z.object({
    versions: z.tuple([
      z.object({
        name: z.string(),
        subresources: z.record(z.string(), z.unknown()).default({}),
        additionalPrinterColumns: z.array(columnShape),
        schema: z.object({ openAPIV3Schema: schemaShape }),
      }),
    ]),
  }),
});

/** The one version of a CRD. */
export type CrdVersion = z.infer<typeof crdShape>['spec']['versions'][0];

/**
 * Reads a CRD and its comments.
 *
 * @throws Error when a rule has no comment `id:`, or the schema uses a keyword that is not known here.
 */
export function readCrd(text: string): CrdVersion {
  const document = parseDocument(text);
  visit(document, {
    Seq(_, list, path) {
      const key = path.at(-1);
      if (!(key !== undefined && 'key' in key && String(key.key) === 'x-kubernetes-validations')) {
        return;
      }
      for (const [index, rule] of list.items.entries()) {
        // The comment above the first entry is above the list.
        const comment = index === 0 ? list.commentBefore : isMap(rule) ? rule.commentBefore : null;
        const id = /^ id: ([a-z]+(?:-[a-z]+)*)$/m.exec(comment ?? '')?.[1];
        if (isMap(rule) && id !== undefined) {
          rule.set('id', id);
        }
      }
    },
  });
  return crdShape.parse(document.toJS()).spec.versions[0];
}

/** A place in a schema: `spec.env[].name`, `spec.build.nodeSelector{}`. */
export interface CrdField {
  readonly path: string;
  /** Last word of the path, without brackets. */
  readonly name: string;
  readonly schema: CrdSchema;
}

/** A schema with everything below it, in the order of the file. */
function fieldsOf(path: string, schema: CrdSchema): readonly CrdField[] {
  return [
    { path, name: path.replace(/^.*\./, '').replaceAll(/[[\]{}]/g, ''), schema },
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => fieldsOf(`${path}.${name}`, child)),
    ...(schema.items === undefined ? [] : fieldsOf(`${path}[]`, schema.items)),
    ...(schema.additionalProperties === undefined ? [] : fieldsOf(`${path}{}`, schema.additionalProperties)),
  ];
}

/** The places below `spec` and `status`, both included. */
export function specAndStatus(version: CrdVersion): readonly CrdField[] {
  const { properties = {} } = version.schema.openAPIV3Schema;
  return ['spec', 'status'].flatMap((name) => {
    const schema = properties[name];
    return schema === undefined ? [] : fieldsOf(name, schema);
  });
}
