import { joinedAll, lossOf, type Recipe } from './recipe.ts';

/** Longer ones hold no package, and the expressions that read a line take time that grows faster than it. */
const longestLine = 8192;

/** A line with its number (from 1), without its comment, continued lines joined. */
export interface Line {
  readonly line: number;
  readonly text: string;
}

/** Lines that are not empty; of one that is too long only the number is kept. */
export interface ReadLines {
  readonly lines: readonly Line[];
  readonly tooLong: readonly number[];
}

/** The lines of a text without comments (`#`) and empty ones, with continued ones (`\` at the end) joined. */
export function linesOf(text: string): ReadLines {
  const lines: Line[] = [];
  const tooLong: number[] = [];
  let open: Line | undefined;
  const close = (whole: Line) => {
    if (whole.text.length > longestLine) {
      tooLong.push(whole.line);
    } else if (whole.text !== '') {
      lines.push(whole);
    }
  };
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    // One character more than the longest is enough to know, however many lines go on.
    const bare = raw
      .slice(0, longestLine + 1)
      .replace(/(^|\s)#.*$/, '')
      .trim();
    const whole: Line =
      open === undefined
        ? { line: index + 1, text: bare }
        : { line: open.line, text: `${open.text} ${bare}`.slice(0, longestLine + 1) };
    const goesOn = bare.endsWith('\\');
    open = goesOn ? { line: whole.line, text: whole.text.replace(/\\$/, '').trimEnd() } : undefined;
    if (!goesOn) {
      close(whole);
    }
  }
  if (open !== undefined) {
    close(open);
  }
  return { lines, tooLong };
}

/** What is read of each line; lines that are too long are losses. */
export function eachLine(file: string, text: string, read: (line: Line) => Recipe): Recipe {
  const { lines, tooLong } = linesOf(text);
  return joinedAll([...lines.map(read), ...tooLongLosses(file, tooLong)]);
}

/** A loss for each line that is too long. */
export function tooLongLosses(file: string, tooLong: readonly number[]): readonly Recipe[] {
  return tooLong.map((line) =>
    lossOf(file, line, `this line is longer than ${longestLine} characters, and is not read; break it`),
  );
}
