import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { plainText } from './plain.ts';

it.each([
  ['a control sequence', '\u001B[1;31mred\u001B[0m', 'red'],
  ['one as a C1 control', '\u009B31mred', 'red'],
  ['a title', '\u001B]0;owned\u0007text', 'text'],
  ['a link', '\u001B]8;;http://x\u001B\\text\u001B]8;;\u001B\\', 'text'],
  ['a device control string', '\u001BPq#0;2\u001B\\text', 'text'],
  ['a title that does not end: what follows stays', '\u001B]0;x error building image', '0;x error building image'],
  ['a short escape', '\u001BcA\u001B(BB', 'AB'],
  ['a progress bar', '10%\r20%\r\n', '10%\n20%\n'],
  ['a bell and a backspace', 'a\u0007b\u0008c', 'abc'],
  ['text that would be shown backwards', 'a\u202Egpj.exe', 'agpj.exe'],
  ['what cannot be seen', 'pass\u200Bword', 'password'],
  ['tabs, and other scripts', 'α\tβ 環境', 'α\tβ 環境'],
])('%s', (_, text, plain) => {
  expect(plainText(text)).toBe(plain);
});

it('leaves no control character but line feeds and tabs', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      expect(plainText(text).replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
    }),
  );
});
