import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { plainText } from '../../text/plain.ts';

/** A terminal with a movable cursor, not a pipe or a file. */
export interface Terminal {
  /** False where NO_COLOR is set (https://no-color.org). */
  readonly colours: boolean;
  /** Its width. */
  readonly columns: number;
}

/** Colours repeat what a word already says. */
export type Tint = 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** Text from the cluster as one line without control characters. An ellipsis cuts it to so many columns of a terminal. */
export function oneLine(text: string, columns: number): string {
  const line = plainText(text).replaceAll(/\s+/g, ' ').trim();
  if (stringWidth(line) <= columns) {
    return line;
  }
  const letters: string[] = [];
  let width = 1;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    width += stringWidth(segment);
    if (width > columns) {
      break;
    }
    letters.push(segment);
  }
  return `${letters.join('')}…`;
}

/** Text from the cluster as lines without control characters. */
export function manyLines(text: string): readonly string[] {
  return plainText(text).trimEnd().split('\n');
}

/** Colours a text where the terminal supports it. */
export function tinted(terminal: Terminal | undefined, tint: Tint, text: string): string {
  return terminal?.colours === true && text !== '' ? styleText(tint, text, { validateStream: false }) : text;
}

/** Left-aligned columns, two spaces apart, without trailing spaces. Colours take no width. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(cell));
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Whole seconds in words: `7 s`, `3 min 5 s`, `2 h 4 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
