import type { TextRow } from '../../api/reasons/failureRows.ts';
import { shortened } from '../../text/cut.ts';
import { redact } from '../../text/redact.ts';

/** What a text held for a row: the named groups of its match. */
export type Found = Readonly<Record<string, string>>;

/** The named groups of the row's match in this text; undefined when it does not match. */
export function findIn({ match, also }: Pick<TextRow, 'match' | 'also'>, text: string): Found | undefined {
  const found = match.exec(text);
  if (found === null || (also !== undefined && !also.test(text))) {
    return undefined;
  }
  return Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, value ?? '']));
}

/** The first row that matches a text, with what it found. */
export function firstRow<R extends TextRow>(
  rows: readonly R[],
  text: string,
): { readonly row: R; readonly found: Found } | undefined {
  for (const row of rows) {
    const found = findIn(row, text);
    if (found !== undefined) {
      return { row, found };
    }
  }
  return undefined;
}

/** As much of a quoted text as a message holds: an Event has room for 1,024 bytes. */
const longestQuote = 300;
const longestMessage = 900;

/** The sentence of a row with what was found in it, on one line and without secrets. */
export function fill(message: string, found: Found): string {
  const text = message.replaceAll(/\{(\w+)\}/g, (_, name: string) => quote(found[name] ?? ''));
  return cut(text, longestMessage);
}

/** A text from outside as part of a message. */
function quote(text: string): string {
  return cut(redact(text).replaceAll(/\s+/g, ' ').trim(), longestQuote);
}

/** A text of at most so many UTF-16 units; what is left out shows. */
function cut(text: string, longest: number): string {
  return shortened(text, longest);
}
