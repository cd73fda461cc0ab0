import { describe, expect, it } from 'vitest';
import { longestLine, placeOf, readLines } from './lines.ts';

/** The joined lines, each with its first and last line of the Dockerfile. */
function joined(text: string): readonly (readonly [number, number, string])[] {
  return readLines(text).lines.map(({ first, last, text: one }) => [first, last, one]);
}

function findings(text: string): readonly string[] {
  return readLines(text).findings.map(({ line, message }) => `${line}: ${message}`);
}

describe('lines of a Dockerfile', () => {
  it.each<[string, string, readonly (readonly [number, number, string])[]]>([
    [
      'one to a line, without its indentation',
      '  FROM a\n\tRUN x\n',
      [
        [1, 1, 'FROM a'],
        [2, 2, 'RUN x'],
      ],
    ],
    ['without empty lines and comments', '\n# c\n \n  # c\nRUN x', [[5, 5, 'RUN x']]],
    ['joined, with the white space of those that continue', 'RUN a \\\n  b\\\nc\n', [[1, 3, 'RUN a   bc']]],
    ['without white space behind the backslash', 'RUN a\\ \t\nb\n', [[1, 2, 'RUN ab']]],
    [
      'over comments and empty lines',
      'RUN a \\\n# c \\\n\n  #\n \t\n b\nRUN c',
      [
        [1, 6, 'RUN a  b'],
        [7, 7, 'RUN c'],
      ],
    ],
    [
      'not joined by a doubled backslash',
      'RUN a\\\\\nRUN b\n',
      [
        [1, 1, 'RUN a\\\\'],
        [2, 2, 'RUN b'],
      ],
    ],
    [
      'not joined by three',
      'RUN a\\\\\\\nRUN b\n',
      [
        [1, 1, 'RUN a\\\\\\'],
        [2, 2, 'RUN b'],
      ],
    ],
    [
      'not joined where text follows the backslash',
      'RUN a\\\u00A0\nRUN b\n',
      [
        [1, 1, 'RUN a\\\u00A0'],
        [2, 2, 'RUN b'],
      ],
    ],
    ['joined by a backslash alone', '\\\nRUN b\n', [[1, 2, 'RUN b']]],
    [
      'with what is no comment',
      'RUN a \\\n\\#\nFROM b\n',
      [
        [1, 2, 'RUN a \\#'],
        [3, 3, 'FROM b'],
      ],
    ],
    ['with the ends of Windows', 'RUN a \\\r\n  b\r\n', [[1, 2, 'RUN a   b']]],
    [
      'without the mark at the beginning',
      '\uFEFFFROM a\n\uFEFFRUN b\n',
      [
        [1, 1, 'FROM a'],
        [2, 2, '\uFEFFRUN b'],
      ],
    ],
    ['without wide spaces on the left', '\u2003\u0020FROM a\n', [[1, 1, 'FROM a']]],
    ['at the end of the text', 'RUN a \\', [[1, 1, 'RUN a ']]],
    ['with the comments at the end of the text', 'RUN a \\\n# c\n\n', [[1, 3, 'RUN a ']]],
  ])('are read %s', (_, text, lines) => {
    expect(joined(text)).toEqual(lines);
    expect(findings(text)).toEqual([]);
  });

  it('says when the last one is not complete', () => {
    expect(readLines('RUN a \\\n# c\n').lines[0]?.end).toBe('open');
    expect(readLines('RUN a \\\n b\n').lines[0]?.end).toBe('complete');
  });

  it.each<[string, readonly object[]]>([
    ['# escape = \\ \nFROM a', [{ name: 'escape', value: '\\', line: 1 }]],
    [
      '\uFEFF#Syntax=a b\n  # check=skip=all\n# c\n# escape=`\n',
      [
        { name: 'syntax', value: 'a b', line: 1 },
        { name: 'check', value: 'skip=all', line: 2 },
      ],
    ],
    ['\n# escape=`\n', []],
    ['# other=1\n# escape=`\n', []],
  ])('begin with directives: %j', (text, directives) => {
    expect(readLines(text).directives).toEqual(directives);
  });

  it.each([
    [`RUN ${'é'.repeat((longestLine - 5) / 2)}x\n`, []],
    [`RUN ${'é'.repeat((longestLine - 5) / 2)}xy\n`, ['1: has more than 65535 bytes']],
    ['FROM a\nRUN a\rb\n', ['2: holds a carriage return']],
    ['FROM a\nRUN a\r\r\n', ['2: holds a carriage return']],
    ['FROM a\r', ['1: holds a carriage return']],
    ['FROM a\nRUN \u0085\n', ['2: holds a control character']],
    ['FROM a\nRUN \u007F\n', ['2: holds a control character']],
    ['FROM a\nRUN \uDC00\n', ['2: holds half a character']],
    ['# check=skip=a\n# check=skip=a\nFROM a\n', ['2: check= stands twice', '2: a comment "check="']],
    ['FROM a\n#check = x\nRUN b\n', ['2: a comment "check="']],
    ['FROM a\nRUN b \\\n# check=x\n c\n', []],
  ])('are refused where readers differ: %#', (text, starts) => {
    const found = findings(text);
    expect(found).toHaveLength(starts.length);
    expect(found.every((one, index) => one.startsWith(starts[index] ?? '-'))).toBe(true);
  });

  it('know where a piece of them stands', () => {
    const [line] = readLines('\uFEFF  FROM \\\n# c\n\\\n busybox AS x\\\ny\n').lines;
    if (line === undefined) {
      throw new Error('no line');
    }
    const at = line.text.indexOf('busybox');
    expect(placeOf(line, at, at + 7)).toEqual({ line: 3, start: 1, end: 8 });
    expect(placeOf(line, 0, 4)).toEqual({ line: 0, start: 3, end: 7 });
    expect(placeOf(line, line.text.length - 2, line.text.length)).toBeUndefined();
  });
});
