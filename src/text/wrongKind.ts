/** Kinds of values that YAML, JSON and TOML have, as a person calls them. */
export type ValueKind = 'text' | 'number' | 'whole number' | 'list' | 'table' | 'yes or no';

/** What a value is, as the end of a sentence that starts with its field. */
export function kindOf(value: unknown): string {
  if (value === undefined) {
    return 'is missing';
  }
  if (value === null) {
    return 'is empty';
  }
  if (Array.isArray(value)) {
    return 'holds a list';
  }
  const words: Readonly<Record<string, string>> = {
    string: 'holds text',
    number: 'holds a number',
    bigint: 'holds a number',
    boolean: 'holds true or false',
  };
  // TOML has dates.
  const isDate = Object.prototype.toString.call(value) === '[object Date]';
  return words[typeof value] ?? (isDate ? 'holds a date' : 'holds fields');
}

const longestShown = 60;

/**
 * What to write where a value of this kind belongs and another one stands, as an order.
 * @param written the value as its author wrote it, where that is known: of 1.10, a number keeps 1.1 only
 */
export function wantedInstead(kind: ValueKind, value: unknown, written?: string): string {
  switch (kind) {
    case 'text':
      return isPlain(value)
        ? `put it in quotes: ${JSON.stringify(written ?? String(value))}${value === true || value === false ? ' (YAML reads yes, no, on and off as true and false)' : ''}`
        : 'write text';
    case 'list':
      return typeof value === 'string' && value.length <= longestShown
        ? `write a list: [${JSON.stringify(value)}]`
        : 'write a list, each entry on a line that starts with "- "';
    case 'table':
      return 'write fields, each on a line NAME: VALUE';
    case 'number':
      return isNumeric(value) ? `write it without quotes: ${value}` : 'write a number';
    case 'whole number':
      return isNumeric(value) && Number.isInteger(Number(value))
        ? `write it without quotes: ${value}`
        : 'write a whole number';
    case 'yes or no':
      return 'write true or false, without quotes';
  }
}

/** The same without the value: a configuration may hold a secret. */
export function wantedKind(kind: ValueKind): string {
  return kind === 'text' ? 'write text, in quotes' : wantedInstead(kind, undefined);
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function isNumeric(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value);
}
