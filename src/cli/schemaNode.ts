/** A node of the CRD's schema, as far as `validate` reads it. */
export interface SchemaNode {
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number';
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly intOrString?: true;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  /** Rules in CEL: `twins.ts` has one function per identity. */
  readonly rules?: readonly SchemaRule[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode;
  readonly items?: SchemaNode;
}

/** A rule between fields, or of one field's form. */
export interface SchemaRule {
  readonly id: string;
  /** Field that the API server names, below the node. */
  readonly fieldPath?: string;
}
