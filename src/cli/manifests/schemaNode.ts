/** The part of a CRD schema node that `validate` reads. */
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
  /** CEL rules, which `celRules.ts` evaluates. */
  readonly rules?: readonly SchemaRule[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode;
  readonly items?: SchemaNode;
}

/** A rule between fields, or of one field's form. */
export interface SchemaRule {
  /** An expression of CEL over `self`. */
  readonly rule: string;
  /** Either this, or an expression that gives it. */
  readonly message?: string;
  readonly messageExpression?: string;
  /** The field, below the node, that the API server names. */
  readonly fieldPath?: string;
}
