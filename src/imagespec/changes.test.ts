import { describe, expect, it } from 'vitest';
import { base, spec } from '../../test/support/observations.ts';
import { type BuildInput, buildInput, changesBetween, formatInput, parseInput } from './changes.ts';
import type { EffectiveSpec } from './effective.ts';

const before = buildInput(spec, [base]);

function after(changes: Partial<BuildInput>): readonly string[] {
  return changesBetween(before, { ...before, ...changes });
}

describe('what changed between two builds', () => {
  it.each<[string, Partial<BuildInput>]>([
    ['a line break', { pip: ['a\nReady: True'] }],
    ['an escape sequence', { apt: ['\u001B[2J'] }],
    ['text that is shown in another order', { args: ['\u202Ea'] }],
    ['a variable of such a name', { env: { 'a\u0000': '' } }],
    ['a base of such a name', { bases: { 'a\u2028b': base.digest } }],
    ['half a character', { platform: '\uD800' }],
  ])('ignores a label that contains %s: any pusher of the image may have written it', (_, changes) => {
    expect(parseInput(JSON.stringify({ ...before, ...changes }))).toBeUndefined();
    expect(parseInput(JSON.stringify(before))).toEqual(before);
  });

  it('ignores a label that is longer than any that the operator writes', () => {
    const padded = JSON.stringify({ ...before, pip: ['x'.repeat(32_768)] });
    expect(parseInput(padded)).toBeUndefined();
  });

  it.each<[Partial<BuildInput>, readonly string[]]>([
    [{}, []],
    [{ pip: ['astropy', 'scipy'] }, ['packages.pip: +scipy']],
    [{ pip: [], apt: ['g++'] }, ['packages.apt: +g++', 'packages.pip: -astropy']],
    [{ condaChannels: ['b', 'a'] }, ['packages.condaChannels: +b', 'packages.condaChannels: +a']],
    [
      { cran: ['dplyr'], cranSnapshot: '2026-11-16' },
      ['packages.cran: +dplyr', 'packages.cranSnapshot: none → 2026-11-16'],
    ],
    [{ env: { TOKEN: 'secret' } }, ['env: +TOKEN']],
    [{ args: ['A'] }, ['build.args: +A']],
    [{ platform: 'linux/arm64' }, ['platform: linux/amd64 → linux/arm64']],
    [{ bases: { other: base.digest } }, ['base: +other', `base: -${base.image}`]],
    [
      { bases: { [base.image]: `sha256:${'7'.repeat(64)}` } },
      [`base: ${base.image} sha256:bbbbbbbbbbbb → sha256:777777777777`],
    ],
    [{ dockerfile: 'x' }, ['dockerfile: added']],
  ])('%j', (changes, lines) => {
    expect(after(changes)).toEqual(lines);
  });

  it('reports another order only where order counts', () => {
    const two = { ...before, condaChannels: ['a', 'b'] };
    expect(changesBetween(two, { ...two, condaChannels: ['b', 'a'] })).toEqual([
      'packages.condaChannels: another order',
    ]);
  });

  it.each([0, 1])('cuts no character in two, after %i letters', (letters) => {
    const [change = ''] = after({ pip: [`${'p'.repeat(letters)}${'\u{1F600}'.repeat(500)}`, 'astropy'] });
    expect(change).toMatch(/…$/);
    expect(change.isWellFormed()).toBe(true);
  });

  it('is bounded', () => {
    const many = after({ pip: Array.from({ length: 100 }, (_, index) => `p${index}-${'x'.repeat(500)}`) });
    expect(many).toHaveLength(33);
    expect(many.at(-1)).toBe('and 69 more');
    expect(Math.max(...many.map(({ length }) => length))).toBe(200);
  });

  it('goes through the label of an image, where no value of a build argument is', () => {
    const secret: EffectiveSpec = { ...spec, args: [{ name: 'TOKEN', value: 'hunter2' }] };
    const text = formatInput(buildInput(secret, [base])) ?? '';
    expect(text).not.toContain('hunter2');
    expect(parseInput(text)).toEqual(buildInput(secret, [base]));
    expect(parseInput('{"v":2}')).toBeUndefined();
    expect(parseInput('no JSON')).toBeUndefined();
  });
});
