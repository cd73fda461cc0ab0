/** First lines of a page that `npm run generate` writes. */
export function generatedFrom(source: string): string {
  return `<!-- Made from ${source} by \`npm run generate\`. Do not edit. -->\n`;
}

/** A table; padded, since the formatter wants the source of a table in columns too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const widths = head.map((_, column) => Math.max(3, ...escaped.map((row) => row[column]?.length ?? 0)));
  const lines = escaped.map((row) => widths.map((width, column) => (row[column] ?? '').padEnd(width)));
  const rule = widths.map((width) => '-'.repeat(width));
  return lines
    .toSpliced(1, 0, rule)
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('');
}

/** Inline code. */
export function code(text: string): string {
  return `\`${text}\``;
}
