import { describe, expect, it } from 'vitest';
import { acceptedDockerfiles, refusedDockerfiles } from '../../../test/support/inputs/dockerfiles.ts';
import type { NameValue } from '../../imagespec/effective.ts';
import { baseImages, buildableDockerfile } from './images.ts';

function images(text: string, args: readonly NameValue[] = []): readonly string[] | string {
  const found = baseImages({ is: 'dockerfile', text }, args);
  return found.ok ? found.value.images : found.failure.message;
}

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe('baseImages', () => {
  it.each(acceptedDockerfiles)('finds the images of %j', (text, expected) => {
    expect(images(text)).toEqual(expected);
  });

  it.each(refusedDockerfiles)('refuses %j: line %i, %s', (text, line, words) => {
    expect(baseImages({ is: 'dockerfile', text }, [])).toMatchObject({ failure: { reason: 'DockerfileInvalid' } });
    const findings = String(images(text)).split('\n');
    expect(findings.some((one) => one.startsWith(`spec.dockerfile line ${line}: `) && one.includes(words))).toBe(true);
  });

  it.each([
    ['FROM aa AS one\nFROM one\nCOPY --from=bb /x /x\n', 'aa'],
    ['FROM aa AS one\nFROM scratch\nCOPY --from=bb /x /x\n', null],
    ['FROM scratch AS one\nFROM one\n', null],
  ])('says what is under the last stage of %j', (text, finalImage) => {
    expect(baseImages({ is: 'dockerfile', text }, [])).toMatchObject({ ok: true, value: { finalImage } });
  });

  it.each([
    ['FROM aa AS one\nCOPY --from=bb /x /x\n', ['bb']],
    ['FROM aa AS one\nFROM bb\nCOPY --from=aa /x /x\nCOPY --from=one /y /y\n', []],
  ])('says from which images only files are taken: %j', (text, filesOnly) => {
    expect(baseImages({ is: 'dockerfile', text }, [])).toMatchObject({ ok: true, value: { filesOnly } });
  });

  it('takes 32 different images, however often each is named, and not one more', () => {
    const text = (count: number) =>
      Array.from({ length: 2 * count }, (_, index) => `FROM aa${index % count}\n`).join('');
    expect(images(text(32))).toHaveLength(32);
    expect(images(text(33))).toMatch(
      /^spec\.dockerfile line 33: FROM: with this there are more than 32 different images/,
    );
  });

  it('takes build arguments before the defaults of ARG lines', () => {
    expect(images('ARG V=1\nFROM jupyter/base:$V\n', [{ name: 'V', value: '2' }])).toEqual(['jupyter/base:2']);
    expect(images('FROM jupyter/base:$V\n', [{ name: 'V', value: '2' }])).toContain('V has no value');
  });

  it('reports all findings together, in the order of the lines', () => {
    const findings = String(images('FROM A/B\nCOPY x /x\nRUN --mount=type=cache,target=/x true\nRUNN x\n')).split('\n');
    expect(findings.map((line) => line.split(':')[0])).toEqual(
      [1, 2, 3, 4].map((line) => `spec.dockerfile line ${line}`),
    );
  });

  it('does not fail on garbage', () => {
    for (const text of [
      '\u0000',
      'FROM',
      'FROM \\',
      '\\\n\\\n',
      'FROM a\nCOPY --from',
      'FROM a\nADD [',
      `FROM ${'a'.repeat(30_000)}`,
    ]) {
      expect(() => images(text)).not.toThrow();
    }
  });
});

describe('buildableDockerfile', () => {
  const base = (image: string, letter: string) => ({ image, digest: digest(letter), user: '' });

  it.each<[string, string, readonly string[]]>([
    ['FROM aa\n', `FROM aa@${digest('a')}\n`, []],
    [
      'FROM aa AS one # \nFROM one\nFROM bb:1 AS two',
      `FROM aa@${digest('a')} AS one # \nFROM one\nFROM bb:1@${digest('b')} AS two\n`,
      [],
    ],
    ['ARG V=1\nFROM bb:$V AS x\n', `ARG V=1\nFROM bb:1@${digest('b')} AS x\n`, []],
    [`FROM aa@${digest('c')}\n`, `FROM aa@${digest('c')}\n`, []],
    [
      'FROM aa\nCOPY --from=bb:1 --chown=1 /x /x\n',
      `FROM aa@${digest('a')}\nCOPY --from=bb:1@${digest('b')} --chown=1 /x /x\n`,
      [],
    ],
    [
      'FROM aa\nRUN true\nFROM \\\n  bb:1\nRUN true\n',
      `FROM aa@${digest('a')}\nARG A\nRUN true\nFROM \\\n  bb:1@${digest('b')}\nARG A\nRUN true\n`,
      ['ARG A'],
    ],
    [
      'ARG S=one N=scratch\nFROM aa AS One\nFROM $S\nFROM ${N}\n',
      `ARG S=one N=scratch\nFROM aa@${digest('a')} AS One\nFROM one\nFROM scratch\n`,
      [],
    ],
    [
      '\uFEFFFROM \\\n# comment\n aa \\\n\n AS x\nCOPY --from="bb:1" /x \\\n /x\n',
      `\uFEFFFROM \\\n# comment\n aa@${digest('a')} \\\n\n AS x\nARG A\nCOPY --chown=0:0 --from=bb:1@${digest('b')} /x \\\n /x\n`,
      ['ARG A'],
    ],
    [
      'FROM aa AS x\nFROM bb:1\n  copy --from=x /a /b\nCOPY \\\n --from=aa /c /d\n',
      `FROM aa@${digest('a')} AS x\nFROM bb:1@${digest('b')}\n  copy --chown=0:0 --from=x /a /b\nCOPY --chown=0:0 \\\n --from=aa@${digest('a')} /c /d\n`,
      [],
    ],
  ])('%j', (text, expected, declared) => {
    expect(buildableDockerfile(text, [], [base('aa', 'a'), base('bb:1', 'b')], declared)).toBe(expected);
  });
});
