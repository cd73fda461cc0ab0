import type { NameValue } from '../imagespec/effective.ts';

const reference = /\\?\$(?:(?<bare>[A-Za-z_]\w*)|\{(?<braced>[A-Za-z_]\w*)(?:(?<operator>:[-+])(?<word>[^${}]*))?\})/g;

/** A text with the variables of a Dockerfile put in, or the first name that has no value. */
export type Expanded =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'unset'; readonly name: string }
  | { readonly is: 'unreadable' };

/** Puts values in for `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}` (Dockerfile reference, "Environment replacement"). */
export function expanded(text: string, values: ReadonlyMap<string, string>): Expanded {
  let unset: string | undefined;
  const filled = text.replaceAll(reference, (whole: string, ...rest: readonly unknown[]) => {
    const groups = rest.at(-1);
    if (whole.startsWith('\\') || !isGroups(groups)) {
      return whole;
    }
    const name = groups['bare'] ?? groups['braced'] ?? '';
    const value = values.get(name);
    const isSet = value !== undefined && value !== '';
    const { operator, word = '' } = groups;
    if (operator === ':-') {
      return isSet ? value : word;
    }
    if (operator === ':+') {
      return isSet ? word : '';
    }
    unset ??= isSet ? undefined : name;
    return value ?? '';
  });
  if (unset !== undefined) {
    return { is: 'unset', name: unset };
  }
  return filled.includes('$') ? { is: 'unreadable' } : { is: 'text', text: filled };
}

function isGroups(value: unknown): value is Readonly<Record<string, string | undefined>> {
  return typeof value === 'object' && value !== null;
}

/** Values of the ARG lines before the first FROM: what is given, else their defaults. */
export function globalArguments(
  declared: readonly { readonly name: string; readonly value: string | null }[],
  given: readonly NameValue[],
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of declared) {
    const own = given.find((argument) => argument.name === name)?.value;
    const fallback = value === null ? undefined : expanded(value, values);
    const text = own ?? (fallback?.is === 'text' ? fallback.text : undefined);
    if (text !== undefined) {
      values.set(name, text);
    }
  }
  return values;
}
