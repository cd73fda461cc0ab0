import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { completionScript } from './scripts.ts';

/** A folder for the PATH with a plugin that runs from the sources. */
const folder = mkdtempSync(join(tmpdir(), 'completion-'));
const main = join(import.meta.dirname, '..', 'main.ts');
writeFileSync(join(folder, 'kubectl-imagespec'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, {
  mode: 0o755,
});
writeFileSync(join(folder, 'bash'), completionScript('bash'));
writeFileSync(join(folder, 'values.yaml'), '');
writeFileSync(join(folder, 'kubectl_complete-imagespec'), completionScript('kubectl'), { mode: 0o755 });

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(program: string, argv: readonly string[]): readonly string[] {
  const env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder };
  return execFileSync(program, argv, { cwd: folder, env, encoding: 'utf8' }).trim().split('\n');
}

/** What bash offers for these words, which it has split as it does. */
function offered(...words: readonly string[]): readonly string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  return run('/bin/bash', [
    '-c',
    `source ./bash; COMP_WORDS=(kubectl-imagespec ${line}); COMP_CWORD=${words.length}; _kubectl_imagespec; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ]);
}

describe("bash's completion", () => {
  it.each([
    [['stat'], ['status']],
    [['status', '--out'], ['--output']],
    [['status', '--output', '=', 'j'], ['json']],
    [
      ['status', '-o', ''],
      ['text', 'json'],
    ],
    [['validate', '--config', 'val'], ['values.yaml']],
    [['validate', '--config', '=', 'val'], ['values.yaml']],
  ])('offers for %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });
});

describe("kubectl's completion", () => {
  it('is a program that answers in the form of Cobra', () => {
    expect(run(join(folder, 'kubectl_complete-imagespec'), ['comp'])).toEqual([
      expect.stringMatching(/^completion\t/),
      ':4',
    ]);
  });
});
