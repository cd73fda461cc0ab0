import { describe, expect, it } from 'vitest';
import { growth, linearAtMost } from '../../../test/support/growth.ts';
import { condaChannelsOf, condaFault } from '../conda/grammar.ts';
import { pipFault } from '../pip/grammar.ts';

/** Enough runs for the processor's clock to measure. */
const many = Array.from({ length: 40 });

describe('reading an entry', () => {
  it.each([
    ['', 'a.', ''],
    ['a==1', '!', ''],
    ['a', '==1,', ' x'],
    ['a[', 'a,', 'a]'],
    ['a @ https://', '?', ''],
    ['a @ https://', ')', '"'],
    ['a@', ' ', 'x'],
    ['a; ', "os_name=='3' or ", 'x'],
    ['a; ', '(', ''],
    ['a; ', "'", ''],
  ])('takes pip at most as many times longer as it is longer: %j and many %j', (start, unit, end) => {
    const work = (length: number) => {
      const entry = `${start}${unit.repeat(length / unit.length)}${end}`;
      many.forEach(() => pipFault(entry));
    };
    expect(growth(work, 1000)).toBeLessThan(linearAtMost);
  });

  it.each([
    ['a', '[', ' x'],
    ['a[', 'a', '="x]'],
    ['a[', 'channel=a,', ']'],
    ['a[', '"', ']'],
    ['a ', '1|', 'x'],
    ['a::', '[a', ''],
  ])('takes conda at most as many times longer as it is longer: %j and many %j', (start, unit, end) => {
    const work = (length: number) => {
      const entry = `${start}${unit.repeat(length / unit.length)}${end}`;
      many.forEach(() => [condaFault(entry), condaChannelsOf(entry)]);
    };
    expect(growth(work, 1000)).toBeLessThan(linearAtMost);
  });

  it('knows every channel of an entry', () => {
    expect(condaChannelsOf("x::a[channel=b, version=1, channel='c']")).toEqual(['x', 'b', 'c']);
  });

  it('refuses a quote between brackets that is not closed', () => {
    expect(condaFault('a[version="1]')).toContain('not closed');
  });
});
