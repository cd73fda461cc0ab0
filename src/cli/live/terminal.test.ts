import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { aligned, oneLine, tinted } from './terminal.ts';

describe('aligned', () => {
  it('counts what a terminal shows: two columns for a wide character, none for an accent or a colour', () => {
    const rows = aligned([
      ['天文学', '1'],
      ['cafe\u0301', '2'],
      [tinted({ colours: true, columns: 80 }, 'green', 'ok'), '3'],
      ['astronomy', '4'],
    ]);
    expect(rows.map((row) => stringWidth(row))).toEqual([12, 12, 12, 12]);
  });
});

describe('oneLine', () => {
  it.each([
    ['short', 10, 'short'],
    ['a line\n with  spaces', 30, 'a line with spaces'],
    ['abcdefgh', 5, 'abcd…'],
    ['天文学の教室', 6, '天文…'],
    ['天文学', 6, '天文学'],
    ['🪐🪐🪐', 5, '🪐🪐…'],
  ])('%j in %i columns is %j', (text, columns, shown) => {
    expect(oneLine(text, columns)).toBe(shown);
    expect(stringWidth(oneLine(text, columns))).toBeLessThanOrEqual(columns);
  });
});
