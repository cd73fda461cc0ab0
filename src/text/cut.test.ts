import { describe, expect, it } from 'vitest';
import { beginningOf, shortened, tailOf } from './cut.ts';

const emoji = '\u{1F600}';

describe('a text that is cut', () => {
  it('stays within its bound, and is cut there', () => {
    expect(beginningOf('abcd', 4)).toBe('abcd');
    expect(beginningOf('abcd', 3)).toBe('abc');
    expect(tailOf('abcd', 4)).toBe('abcd');
    expect(tailOf('abcd', 3)).toBe('bcd');
    expect(shortened('abcd', 4)).toBe('abcd');
    expect(shortened('abcde', 4)).toBe('abc…');
  });

  it('keeps or drops a character, but never halves it', () => {
    expect(beginningOf(`a${emoji}b`, 2)).toBe('a');
    expect(beginningOf(`a${emoji}b`, 3)).toBe(`a${emoji}`);
    expect(tailOf(`a${emoji}b`, 2)).toBe('b');
    expect(tailOf(`a${emoji}b`, 3)).toBe(`${emoji}b`);
    expect(shortened(`a${emoji}b`, 3)).toBe('a…');
  });

  it('contains no half of a character from before', () => {
    expect(beginningOf('\uD83Dab', 3)).toBe('\uFFFDab');
    expect(tailOf('ab\uDE00', 3)).toBe('ab\uFFFD');
  });
});
