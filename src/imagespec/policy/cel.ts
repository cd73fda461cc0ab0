/** One rule of the policy in CEL: what must hold, and what is said when it does not. */
export interface AdmissionRule {
  readonly expression: string;
  /** CEL too: the message in the words of `policyFaults`. */
  readonly messageExpression: string;
}

/** A text as a CEL literal: JSON's escapes are among CEL's. */
export function text(value: string): string {
  return JSON.stringify(value);
}

/** Texts as a list of CEL. */
export function list(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}

/** Whether a field below `spec` is there, each of its parents asked before it. */
export function has(path: string): string {
  const parts = path.split('.');
  const asked = parts.map((_, index) => `has(object.spec.${parts.slice(0, index + 1).join('.')})`);
  return asked.length === 1 ? (asked[0] ?? '') : `(${asked.join(' && ')})`;
}
