import { array, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relevantLines } from './log.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`);

describe('relevantLines', () => {
  it('drops escape sequences, control characters and progress', () => {
    const log = [
      'time="2026-11-25T20:08:00Z" level=info msg="RUN pip install x"',
      'Collecting x',
      '  Downloading x-1.0.tar.gz (1 kB)',
      '     ━━━━━━━━━━━━━━━━ 1/1 kB',
      'Get:1 http://deb.example.org/debian bookworm InRelease [151 kB]',
      '(Reading database ... 45%',
      '(Reading database ... 12345 files and directories currently installed.)',
      '\u001B[31mERROR\u001B[0m: bad\u0007',
    ].join('\n');
    expect(relevantLines(log)).toBe('ERROR: bad');
  });

  it('keeps an error far from the end, with the lines around it, and the end', () => {
    const log = [...numbered(500), 'x.c:1:10: fatal error: Python.h: No such file', ...numbered(700)].join('\n');
    const kept = relevantLines(log).split('\n');
    expect(kept).toContain('x.c:1:10: fatal error: Python.h: No such file');
    expect(kept).toContain('line 498');
    expect(kept).toContain('…');
    expect(kept.at(-1)).toBe('line 699');
  });

  it('prefers the last errors when space runs out', () => {
    const log = Array.from({ length: 3000 }, (_, at) => `error number ${at}`).join('\n');
    const kept = relevantLines(log);
    expect(kept).toContain('error number 2999');
    expect(kept).not.toContain('error number 1000');
  });

  it('cuts a long line, and marks the cut', () => {
    const kept = relevantLines(`before\n${'é'.repeat(20_000)}\nERROR: last`);
    expect(kept).toMatch(/^before\né+…\nERROR: last$/);
  });

  it('never exceeds the bound of the status, has no control character, and ends with the end', () => {
    assert(
      property(array(string({ unit: 'grapheme' })), array(string()), (some, more) => {
        const kept = relevantLines([...some, ...more.flatMap((line) => [line, `error ${line}`]), 'the end'].join('\n'));
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(8192);
        expect(kept.replaceAll(/[\n\t]/g, ' ')).not.toMatch(/\p{Cc}/u);
        expect(kept.endsWith('the end')).toBe(true);
      }),
    );
  });

  it('shows no secret with any control characters around it', () => {
    const log =
      'curl https://user:\u001B[1mhunter2\u001B[0m@r.example/simple\nAuthorization: Basic aHVudGVyMg==\nERROR: 401';
    expect(relevantLines(log)).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});
