import type { NameValue } from '../../imagespec/effective.ts';

const reference = /\\?\$(?:(?<bare>[A-Za-z_]\w*)|\{(?<braced>[A-Za-z_]\w*)(?:(?<operator>:[-+])(?<word>[^${}]*))?\})/g;

/** A text with the variables of a Dockerfile put in, or the first name that has no value. */
export type Expanded =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'unset'; readonly name: string }
  | { readonly is: 'unreadable' }
  | { readonly is: 'tooLong' };

/**
 * Puts values in for `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}` (Dockerfile reference, "Environment
 * replacement"). It stops as soon as the result would be longer than `longest` characters: a value that names two others
 * doubles with every line.
 */
export function expanded(text: string, values: ReadonlyMap<string, string>, longest: number): Expanded {
  const parts: string[] = [];
  let length = 0;
  const isRoomFor = (part: string): boolean => {
    parts.push(part);
    length += part.length;
    return length <= longest;
  };
  let unset: string | undefined;
  let end = 0;
  for (const match of text.matchAll(reference)) {
    const [whole] = match;
    const value = valueOf(match, values);
    unset ??= value === undefined ? (match.groups?.['bare'] ?? match.groups?.['braced']) : undefined;
    if (!isRoomFor(text.slice(end, match.index)) || !isRoomFor(value ?? '')) {
      return { is: 'tooLong' };
    }
    end = match.index + whole.length;
  }
  if (!isRoomFor(text.slice(end))) {
    return { is: 'tooLong' };
  }
  if (unset !== undefined) {
    return { is: 'unset', name: unset };
  }
  const filled = parts.join('');
  return filled.includes('$') ? { is: 'unreadable' } : { is: 'text', text: filled };
}

/** What stands for one reference; undefined when its name has no value. */
function valueOf([whole, ...found]: RegExpExecArray, values: ReadonlyMap<string, string>): string | undefined {
  if (whole.startsWith('\\')) {
    return whole;
  }
  const [bare, braced, operator, word = ''] = found;
  const value = values.get(bare ?? braced ?? '') ?? '';
  if (operator === ':-') {
    return value === '' ? word : value;
  }
  if (operator === ':+') {
    return value === '' ? '' : word;
  }
  return value === '' ? undefined : value;
}

/** One name of an ARG line before the first FROM. */
export interface DeclaredArgument {
  readonly name: string;
  /** As it is written, with its quotes; null: it has no default. */
  readonly value: string | null;
  /** From 1. */
  readonly line: number;
}

/** Values of the ARG lines before the first FROM. */
export interface GlobalArguments {
  readonly values: ReadonlyMap<string, string>;
  /** The line, from 1, at which the values become longer than `longestArguments` in all; null when none does. */
  readonly tooLongAt: number | null;
}

/** Twice a whole Dockerfile, in characters: no honest one has that many in its defaults, with all variables put in. */
export const longestArguments = 65_536;

/** Values of the ARG lines before the first FROM: what is given, else their defaults; together of bounded length. */
export function globalArguments(declared: readonly DeclaredArgument[], given: readonly NameValue[]): GlobalArguments {
  const wanted = new Map(given.map(({ name, value }) => [name, value]));
  const values = new Map<string, string>();
  let room = longestArguments;
  for (const { name, value, line } of declared) {
    // A given value is put in as it is, and is bounded already.
    const own = wanted.get(name);
    const plain = own !== undefined || value === null ? undefined : unquoted(value);
    const fallback = plain === undefined ? undefined : expanded(plain, values, room);
    if (fallback?.is === 'tooLong') {
      return { values, tooLongAt: line };
    }
    const text = own ?? (fallback?.is === 'text' ? fallback.text : undefined);
    if (text !== undefined) {
      values.set(name, text);
    }
    room -= fallback?.is === 'text' ? fallback.text.length : 0;
  }
  return { values, tooLongAt: null };
}

/**
 * A default without the quotes around it; undefined where builders differ in what it means: quotes or backslashes within, or
 * variables in single quotes, which Kaniko puts in and Docker does not.
 */
function unquoted(value: string): string | undefined {
  const inner = /^"(.*)"$/s.exec(value)?.[1] ?? /^'([^$]*)'$/.exec(value)?.[1] ?? value;
  return /["'\\]/.test(inner) ? undefined : inner;
}
