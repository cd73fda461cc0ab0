/** The text with a `q` for whatever stands in quotes. */
export function withoutQuoted(text: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const quoted of quotedRanges(text, ['"', "'"])) {
    parts.push(text.slice(end, quoted.start), 'q');
    ({ end } = quoted);
  }
  return [...parts, text.slice(end)].join('');
}

/** What stands in double quotes, without them. */
export function quotedIn(text: string): readonly string[] {
  return quotedRanges(text, ['"']).map(({ start, end }) => text.slice(start + 1, end - 1));
}

type Quote = '"' | "'";

interface QuotedRange {
  readonly start: number;
  /** Behind the closing quote. */
  readonly end: number;
}

/**
 * Where quoted texts stand; one that does not end is none. A backslash escapes within double quotes only. A quote right
 * behind `<<` or `<<-` begins the name of a here-document. Reads the text once: a regular expression would look for the
 * end again from every quote.
 */
function quotedRanges(text: string, quotes: readonly Quote[]): readonly QuotedRange[] {
  const ranges: QuotedRange[] = [];
  // After a quote that has no end, no other of its kind has one: whatever follows was read as part of it.
  const closing = new Set(quotes);
  let at = 0;
  while (at < text.length) {
    const quote = quotes.find((candidate) => candidate === text[at] && closing.has(candidate));
    if (quote === undefined || namesHeredoc(text, at)) {
      at += 1;
      continue;
    }
    const end = endOf(text, quote, at);
    if (end === undefined) {
      closing.delete(quote);
      at += 1;
      continue;
    }
    ranges.push({ start: at, end });
    at = end;
  }
  return ranges;
}

function endOf(text: string, quote: Quote, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') {
      at += 1;
    } else if (text[at] === quote) {
      return at + 1;
    }
  }
  return undefined;
}

function namesHeredoc(text: string, at: number): boolean {
  return /<<-?$/.test(text.slice(Math.max(0, at - 3), at));
}
