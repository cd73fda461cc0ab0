/** A requirement as in PEP 508, as far as its faults depend on it. */
export type Requirement =
  | { readonly is: 'url'; readonly url: string }
  | { readonly is: 'versions'; readonly versions: readonly Specifier[] };

/** One comparison of a version, as it is written. */
export interface Specifier {
  readonly operator: string;
  readonly version: string;
}

const names = /[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/y;
const specifier = /(<=|<|!=|===|==|>=|>|~=) *([A-Za-z0-9._*+!-]+) */y;
/** RFC 3986, with the names of Python's packages in mind: a bracket stands around an IP address only. */
const urls =
  /(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}|\[[0-9A-Fa-f:.]*\])*(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?/y;
const markerVariables =
  'python_version|python_full_version|os_name|sys_platform|platform_release|platform_system|platform_version|platform_machine|platform_python_implementation|implementation_name|implementation_version|extra';
const operand = new RegExp(`(?:(?:${markerVariables})(?![A-Za-z0-9_])|'[^'\\\\]*'|"[^"\\\\]*") *`, 'y');
const comparison = /(?:<=|<|!=|===|==|>=|>|~=|in(?![A-Za-z0-9_])|not +in(?![A-Za-z0-9_])) */y;
const conjunction = /(?:and|or)(?![A-Za-z0-9_]) */y;

/**
 * Reads one requirement, in time linear in its length: a list has a thousand entries. A parser that keeps what each rule
 * found at each character takes milliseconds for each.
 * @param entry ASCII without control characters and comments
 * @returns null when it is none
 */
export function readRequirement(entry: string): Requirement | null {
  const text = new Reader(entry);
  if (text.take(names) === undefined || !readExtras(text)) {
    return null;
  }
  const requirement = text.takeText('@') ? readUrl(text) : readVersions(text);
  return requirement !== null && (text.isAtEnd || (text.takeText(';') && readMarker(text) && text.isAtEnd))
    ? requirement
    : null;
}

/** `[NAME,NAME]`, or nothing. False when it is begun and wrong. */
function readExtras(text: Reader): boolean {
  text.skipSpaces();
  if (!text.takeText('[') || text.takeText(']')) {
    return true;
  }
  do {
    if (text.take(names) === undefined) {
      return false;
    }
    text.skipSpaces();
  } while (text.takeText(','));
  return text.takeText(']');
}

/** A marker follows a URL after a space only: a `;` belongs to the URL else. */
function readUrl(text: Reader): Requirement | null {
  const [url = ''] = text.take(urls) ?? [];
  return text.isAtEnd || text.skipSpaces() ? { is: 'url', url } : null;
}

/** Comparisons joined by commas, perhaps in parentheses; none is fine. */
function readVersions(text: Reader): Requirement | null {
  const isClosed = text.takeText('(');
  const versions: Specifier[] = [];
  for (let found = text.take(specifier); found !== undefined; found = text.take(specifier)) {
    versions.push({ operator: found[1] ?? '', version: found[2] ?? '' });
    if (!text.takeText(',')) {
      return !isClosed || text.takeText(')') ? { is: 'versions', versions } : null;
    }
  }
  // Nothing at all, or nothing behind a comma.
  return versions.length === 0 && (!isClosed || text.takeText(')')) ? { is: 'versions', versions } : null;
}

/** Comparisons joined by `and` and `or`, in parentheses as deep as one likes. */
function readMarker(text: Reader): boolean {
  let depth = 0;
  do {
    while (text.takeText('(')) {
      depth += 1;
    }
    if ([operand, comparison, operand].some((part) => text.take(part) === undefined)) {
      return false;
    }
    while (depth > 0 && text.takeText(')')) {
      depth -= 1;
    }
  } while (text.take(conjunction) !== undefined);
  return depth === 0;
}

/** A place in a text. What stands there is taken, with the spaces behind it. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** @param pattern sticky */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found ?? undefined;
  }

  takeText(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) {
      return false;
    }
    this.#at += text.length;
    this.skipSpaces();
    return true;
  }

  /** @returns whether there were any */
  skipSpaces(): boolean {
    const before = this.#at;
    while (this.#text[this.#at] === ' ') {
      this.#at += 1;
    }
    return this.#at > before;
  }
}
