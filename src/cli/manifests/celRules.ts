import { type CelInput, CelScalar, celEnv, celFunc, celMethod, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { quantityOf } from '../../config/quantity.ts';
import type { SchemaRule } from './schemaNode.ts';

/** The API server's extensions of CEL for CRDs that our rules use (Kubernetes, "CEL: libraries"). */
const kubernetes = [
  celMethod('find', CelScalar.STRING, [CelScalar.STRING], CelScalar.STRING, function find(pattern) {
    return new RegExp(pattern, 'u').exec(this)?.[0] ?? '';
  }),
  celFunc('isQuantity', [CelScalar.STRING], CelScalar.BOOL, (text) => quantityOf(text) !== undefined),
  celFunc('quantity', [CelScalar.STRING], CelScalar.DOUBLE, (text) => quantityOf(text) ?? Number.NaN),
  celMethod('isLessThan', CelScalar.DOUBLE, [CelScalar.DOUBLE], CelScalar.BOOL, function isLessThan(other) {
    return this < other;
  }),
  celMethod('compareTo', CelScalar.DOUBLE, [CelScalar.DOUBLE], CelScalar.INT, function compareTo(other) {
    return BigInt(Math.sign(this - other));
  }),
  celMethod('isInteger', CelScalar.DOUBLE, [], CelScalar.BOOL, function isInteger() {
    return Number.isInteger(this);
  }),
];

const environment = celEnv({ funcs: [...strings, ...kubernetes] });

type Program = ReturnType<typeof plan>;

const programs = new Map<string, Program>();

/** Each expression is parsed once: some stand at many fields. */
function programOf(expression: string): Program {
  const program = programs.get(expression) ?? plan(environment, parse(expression));
  programs.set(expression, program);
  return program;
}

/** The result of a rule for a value. */
export type RuleResult =
  | { readonly is: 'holds' }
  | { readonly is: 'broken'; readonly message: string }
  /** The rule cannot be evaluated, as for a value of a type that the schema refuses. */
  | { readonly is: 'inapplicable'; readonly why: string };

/** Evaluates a rule of the CRD as the API server does: the same expression, and the same message. */
export function evaluateRule({ rule, message, messageExpression }: SchemaRule, value: unknown): RuleResult {
  const self = celOf(value);
  const holds = programOf(rule)({ self });
  if (typeof holds !== 'boolean') {
    return { is: 'inapplicable', why: isCelError(holds) ? holds.message : 'the rule gives no boolean' };
  }
  if (holds) {
    return { is: 'holds' };
  }
  const text = messageExpression === undefined ? message : programOf(messageExpression)({ self });
  return { is: 'broken', message: typeof text === 'string' ? text : rule };
}

/** A value of YAML for CEL, in which only a whole number is an int. */
function celOf(value: unknown): CelInput {
  if (Array.isArray(value)) {
    return value.map(celOf);
  }
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, item]) => [name, celOf(item)]));
  }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
