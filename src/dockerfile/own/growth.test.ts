import { describe, expect, it } from 'vitest';
import { growth, linearAtMost } from '../../../test/support/growth.ts';
import { baseImages } from './images.ts';
import { longestReference } from './stages.ts';
import { longestArguments } from './variables.ts';

const read = (text: string) => baseImages({ is: 'dockerfile', text }, []);

function messageFor(text: string): string {
  const found = read(text);
  return found.ok ? '' : `${found.failure.reason} ${found.failure.message}`;
}

describe('reading a Dockerfile', () => {
  it.each([
    ['FROM a/b\nADD ', '[', ''],
    ['FROM a/b\nADD ["', '\\"', ' ]'],
    ['FROM a/b\nADD ', '["a",', ']'],
    ['FROM a/b\nADD ', '\\"', ' x'],
    ['FROM a/b\nCOPY ', '\\"', ' x'],
    ['FROM a/b\nRUN "', '\\"', ''],
    ['FROM a/b\nRUN ', "'x' ", "'"],
    ['FROM a/b\nRUN ', '<<"', ''],
    ['FROM a/b\nONBUILD ADD ', '[', ''],
    ['', 'ARG a=$a\n', 'FROM a/b\n'],
    ['', 'ARG a=b\n', 'FROM a/b\n'],
    ['', 'FROM a/b AS s\n', ''],
    ['FROM a/b\n', 'COPY --from=a/b c d\n', ''],
    ['FROM ', '${a:-b}', '\n'],
    ['FROM a/b\nRUN ', '\\\\ ', 'x'],
    ['# escape=', ' ', 'x\nFROM a/b\n'],
    ['', '\n', 'FROM a/b\n'],
    ['', '# check=x\n', 'FROM a/b\n'],
    ['FROM a/b\n', '\\\n', ''],
    ['FROM a/b\nRUN x \\\n', '#\n', ''],
    ['FROM a/b\nRUN x \\\n', 'y\\\n', ''],
    ['FROM a/b\nRUN x', ' ', '\u00A0'],
    ['FROM a/b\nRUN x', ' <<', ''],
    ['FROM a/b\nRUN x', ' ${a}<<', ''],
    ['FROM a/b\nRUN << ', '${', ''],
    ['FROM a/b\n', 'ONBUILD ', ''],
    ['FROM a/b\n', 'ONBUILD RUN x\n', ''],
    ['FROM a/b\nCOPY ', '--from=a/b ', 'c d'],
    ['FROM a/b\nRUN ', "--'", ''],
    ['FROM a/b\nRUN --', '\\x', ''],
    ['ARG ', 'a=b$a ', '\nFROM a/b'],
    ['ARG ', '"', '\nFROM a/b'],
    ['FROM a/b\nENV ', 'a=b ', ''],
    ['FROM a/b\nVOLUME ', '["a",', ''],
    ['FROM a/b', '/b', ''],
    ['FROM a/b AS ', 'a', ''],
    ['FROM a/b AS ', 'a ', ''],
    ['FROM a/b\n', 'x\n', ''],
  ])('takes at most as many times longer as the text is longer: %j and many %j', (start, unit, end) => {
    const work = (length: number) => void read(`${start}${unit.repeat(length / unit.length)}${end}`);
    expect(growth(work, 4000)).toBeLessThan(linearAtMost);
  });

  it('refuses ARG lines that double, and names the line', () => {
    const doubling = Array.from({ length: 24 }, (_, index) => `ARG A${index + 1}=$A${index}$A${index}\n`).join('');
    const message = messageFor(`ARG A0=xxxxxxxxxx\n${doubling}FROM busybox\n`);
    expect(message).toContain(
      `DockerfileInvalid spec.dockerfile line 13: ARG: the defaults up to here have more than ${longestArguments}`,
    );
    expect(message).not.toContain('\n');
  });

  it('takes what has just the greatest length, and nothing longer', () => {
    // Once literally, and for the rest by its name.
    const times = longestArguments / 4096 - 1;
    const text = (letters: number) => `ARG A=${'a'.repeat(letters)}\nARG B=${'$A'.repeat(times)}\nFROM busybox\n`;
    expect(messageFor(text(4096))).toBe('');
    expect(messageFor(text(4097))).toContain('line 2: ARG');
  });

  it.each([
    ['FROM', (name: string) => `FROM ${name}\n`],
    ['FROM with a variable', (name: string) => `ARG A=${name}\nFROM $A\n`],
    ['COPY --from', (name: string) => `FROM scratch\nCOPY --from=${name} /a /b\n`],
  ])('refuses an image of which the status cannot hold the name: %s', (_, text) => {
    const digest = `@sha256:${'0'.repeat(64)}`;
    const name = (length: number) => `r.example.com/${'a'.repeat(240)}:${'b'.repeat(length)}${digest}`;
    expect(messageFor(text(name(128)))).toBe('');
    expect(messageFor(text(`r.example.com/${'a'.repeat(longestReference)}`))).toContain(
      `more than ${longestReference} characters`,
    );
  });

  it('expands the name of an image no further than the longest name', () => {
    expect(messageFor(`ARG A=${'a'.repeat(8000)}\nFROM ${'$A'.repeat(12_000)}\n`)).toContain(
      `line 2: FROM: with its variables put in, the name has more than ${longestReference} characters`,
    );
  });
});
