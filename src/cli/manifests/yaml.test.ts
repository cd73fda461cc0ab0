import { describe, expect, it } from 'vitest';
import { readDocuments } from './documents.ts';
import { manifestText } from './yaml.ts';

function valueOf(text: string): unknown {
  const { documents, findings } = readDocuments({ name: '-', text: `a: ${text}\n` });
  expect(findings).toEqual([]);
  const value = documents[0]?.value;
  return typeof value === 'object' && value !== null && 'a' in value ? value.a : undefined;
}

describe('plain scalars, as sigs.k8s.io/yaml reads them', () => {
  it.each<[string, unknown]>([
    ['2026-11-28', '2026-11-28'],
    ['2026-11-28T10:00:00Z', '2026-11-28T10:00:00Z'],
    ['12:30', '12:30'],
    ['1.2.3', '1.2.3'],
    ['y', true],
    ['NO', false],
    ['nULL', 'nULL'],
    ['017', 15],
    ['0o17', 15],
    ['08', 8],
    ['0b12', '0b12'],
    ['-0b11', -3],
    ['1_000', 1000],
    ['1e3', 1000],
    ['1e1000', '1e1000'],
    ['!!str 5', '5'],
    ['!!int "5"', 5],
    ['~', null],
  ])('%s is %j', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it.each([
    'no',
    'y',
    '1e3',
    '0o17',
    '08',
    '12:30',
    '2026-11-28',
    '3.11',
    '~',
    '',
    '0x1F',
    '1_000',
    '.5',
    'null',
    '- x',
    '#',
  ])('writes the string %j so that it is read as itself', (text) => {
    const { documents } = readDocuments({
      name: '-',
      text: manifestText({ text, number: 5, yes: true, none: null }, null),
    });
    expect(documents[0]?.value).toEqual({ text, number: 5, yes: true, none: null });
  });

  it('reports what nests too deeply for the parser', () => {
    const { findings } = readDocuments({ name: '-', text: '['.repeat(100_000) });
    expect(findings).toMatchObject([{ message: expect.stringContaining('nested too deeply') }]);
  });
});
