import type { DockerfileFinding } from './finding.ts';
import { textEnd, textStart } from './space.ts';

/** A piece of a joined line: from `at` on, its text stands in a line of the Dockerfile. */
interface Piece {
  /** Index in the joined text. */
  readonly at: number;
  /** Of the Dockerfile, from 0. */
  readonly line: number;
  /** Where the piece begins in that line. */
  readonly column: number;
}

/** What one instruction is read from: a line with those that continue it, joined without comments. */
export interface JoinedLine {
  readonly text: string;
  /** First and last line of the Dockerfile, from 1. */
  readonly first: number;
  readonly last: number;
  /** Whether the Dockerfile ends behind a `\` that continues the line. */
  readonly end: 'complete' | 'open';
  readonly pieces: readonly Piece[];
}

/** A `# name=value` at the head of a Dockerfile. */
export interface Directive {
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** A Dockerfile as lines; with findings, what is read may differ from what the builder reads. */
export interface ReadLines {
  readonly directives: readonly Directive[];
  readonly lines: readonly JoinedLine[];
  readonly findings: readonly DockerfileFinding[];
}

/** The builder's longest line, in bytes of UTF-8 (BuildKit's parser: bufio.MaxScanTokenSize with the line feed). */
export const longestLine = 65_535;

/**
 * Joins the lines of a Dockerfile as the builder does: Kaniko reads them with BuildKit's `parser.Parse`
 * (frontend/dockerfile/parser/parser.go, v0.30.0). Comments and empty lines within a continuation are left out, and do not
 * end it. In time linear in the length.
 */
export function readLines(text: string): ReadLines {
  const written = text.split('\n');
  if (written.at(-1) === '') {
    written.pop();
  }
  const findings = written.flatMap((line, index) => lineFaults(line, index, index < written.length - 1, text));
  const lines = written.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const head = readDirectives(lines);
  const joined: JoinedLine[] = [];
  for (let next = 0; next < lines.length; ) {
    const one = joinedFrom(lines, next);
    if (next >= head.directives.length && checkComment.test(lines[next] ?? '')) {
      const message = 'a comment "check=" below the head ends the builder with an error of its own; remove it';
      findings.push({ line: next + 1, message });
    }
    next = one.last;
    if (one.end === 'open' || one.text !== '') {
      joined.push(one);
    }
  }
  return {
    directives: head.directives,
    lines: joined,
    findings: [...head.findings, ...findings].toSorted((a, b) => a.line - b.line),
  };
}

/** A rule for BuildKit's linter, which Kaniko hands no memory for it (linter.WithMergedConfig: a nil map). */
const checkComment = /^#[\t\f\r ]*check[\t\f\r ]*=/i;

/** Line and columns, from 0, of a range of a joined line; undefined when it is broken across lines. */
export function placeOf(
  { pieces }: JoinedLine,
  start: number,
  end: number,
): { readonly line: number; readonly start: number; readonly end: number } | undefined {
  const piece = pieces.findLast(({ at }) => at <= start);
  const isBroken = pieces.some(({ at }) => at > start && at < end);
  return piece === undefined || isBroken
    ? undefined
    : { line: piece.line, start: piece.column + start - piece.at, end: piece.column + end - piece.at };
}

/** Here the first line only is stripped on its left; a continued one keeps its white space. */
function joinedFrom(lines: readonly string[], first: number): JoinedLine {
  const opening = lines[first] ?? '';
  const mark = first === 0 && opening.startsWith(byteOrderMark) ? 1 : 0;
  const column = mark + textStart(opening.slice(mark));
  const stripped = opening.slice(column);
  let part = continued(stripped.startsWith('#') ? '' : stripped);
  const parts = [part.text];
  const pieces: Piece[] = [{ at: 0, line: first, column }];
  let length = part.text.length;
  let last = first + 1;
  while (part.end === 'open' && last < lines.length) {
    const line = lines[last] ?? '';
    const start = textStart(line);
    if (start < line.length && line[start] !== '#') {
      part = continued(line);
      pieces.push({ at: length, line: last, column: 0 });
      parts.push(part.text);
      length += part.text.length;
    }
    last += 1;
  }
  return { text: parts.join(''), first: first + 1, last, end: part.end, pieces };
}

const byteOrderMark = '\uFEFF';

/** A line without the `\` that continues it, which no other `\` may precede. */
function continued(line: string): Pick<JoinedLine, 'text' | 'end'> {
  let end = line.length;
  while (line[end - 1] === ' ' || line[end - 1] === '\t') {
    end -= 1;
  }
  return line[end - 1] === '\\' && line[end - 2] !== '\\'
    ? { text: line.slice(0, end - 1), end: 'open' }
    : { text: line, end: 'complete' };
}

const directiveForm = /^([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=[\t\f\r ]*([^\n]+)$/;
const directiveNames = new Set(['syntax', 'escape', 'check']);

/** They end with the first line that is none, be it a comment. */
function readDirectives(lines: readonly string[]): Pick<ReadLines, 'directives' | 'findings'> {
  const directives: Directive[] = [];
  for (const [index, line] of lines.entries()) {
    const start = line.slice(index === 0 && line.startsWith(byteOrderMark) ? 1 : 0);
    const stripped = start.slice(textStart(start));
    const text = stripped.slice(1);
    const [, written = '', value = ''] =
      (stripped.startsWith('#') ? directiveForm.exec(text.slice(textStart(text))) : null) ?? [];
    const name = written.toLowerCase();
    if (!directiveNames.has(name)) {
      break;
    }
    if (directives.some((other) => other.name === name)) {
      const message = `${name}= stands twice at the head, which the builder does not read; remove one`;
      return { directives, findings: [{ line: index + 1, message }] };
    }
    directives.push({ name, value: value.slice(0, textEnd(value)), line: index + 1 });
  }
  return { directives, findings: [] };
}

/** Faults that refuse a text before it is parsed: parsers disagree on it, or the builder does not read it. */
function lineFaults(line: string, index: number, isEnded: boolean, text: string): readonly DockerfileFinding[] {
  const rest = (isEnded || text.endsWith('\n')) && line.endsWith('\r') ? line.slice(0, -1) : line;
  return [
    ...(rest.includes('\r') ? ['holds a carriage return that does not end it; remove it'] : []),
    ...(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/.test(rest)
      ? ['holds a control character; remove it, or write it as an escape of the program that reads it']
      : []),
    ...(rest.isWellFormed() ? [] : ['holds half a character (a lone surrogate); write it again']),
    ...(Buffer.byteLength(line, 'utf8') > longestLine
      ? [`has more than ${longestLine} bytes, which the builder does not read; break it by "\\"`]
      : []),
  ].map((message) => ({ line: index + 1, message }));
}
