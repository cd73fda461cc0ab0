import { describe, expect, it } from 'vitest';
import { baseImages } from './own.ts';

function images(text: string): readonly string[] | string {
  const found = baseImages({ is: 'dockerfile', text });
  return found.ok ? found.value : found.failure.message;
}

describe('baseImages', () => {
  it.each<[string, readonly string[]]>([
    ['FROM jupyter/minimal-notebook\nRUN pip install --no-cache-dir astropy\n', ['jupyter/minimal-notebook']],
    ['FROM aa AS one\nFROM one\nFROM bb\n', ['aa', 'bb']],
    ['FROM scratch\nCOPY --from=x / /\nADD https://example.com/a /a\n', []],
    ['# comment\nfrom aa\n', ['aa']],
  ])('finds the images of %j', (text, expected) => {
    expect(images(text)).toEqual(expected);
  });

  it.each([
    ['RUN true\n', 'line 1: there is no FROM'],
    ['FROM a\nCOPY x /x\n', 'line 2: COPY needs a build context'],
    ['FROM a\n\nADD x /x\n', 'line 3: ADD needs a build context'],
    ['ARG V=1\nFROM a:$V\n', 'line 2: FROM a:$V'],
    ['FROM A/B\n', 'line 1: FROM A/B'],
  ])('refuses %j and names the line', (text, expected) => {
    expect(images(text)).toContain(expected);
  });
});
