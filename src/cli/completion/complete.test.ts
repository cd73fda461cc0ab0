import { describe, expect, it } from 'vitest';
import { buildProgram } from '../program.ts';
import { completionsOf } from './complete.ts';
import { completionScript, shells } from './scripts.ts';

const io = { stdin: process.stdin, out: () => undefined, err: () => undefined };
const program = buildProgram(io, () => undefined);

function words(...line: readonly string[]): readonly string[] {
  const completion = completionsOf(program, line);
  return completion.is === 'words' ? completion.words.map(({ word }) => word) : [completion.is];
}

describe('completion', () => {
  it('offers every command but its own', () => {
    const shown = program.commands.map((command) => command.name()).filter((name) => name !== '__complete');
    expect(words('')).toEqual(shown);
    expect(words('re')).toEqual(['render', 'rebuild', 'retry']);
    expect(words('status', 're')).toEqual(['imageSpecs']);
    expect(words('none', '')).toEqual([]);
  });

  it.each([
    [['status', '--out'], ['--output']],
    [
      ['status', '-o', ''],
      ['text', 'json'],
    ],
    [['status', '--output=j'], ['--output=json']],
    [
      ['status', '--output='],
      ['--output=text', '--output=json'],
    ],
    [['status', 'astro', ''], []],
    [['status', '-w', ''], ['imageSpecs']],
    [['status', '-n', ''], ['namespaces']],
    [['status', '--namespace', 'x', ''], ['imageSpecs']],
    [['status', '--context', ''], ['contexts']],
    [['status', '--kubeconfig', ''], ['files']],
    [['validate', '-f', ''], ['files']],
    [['validate', ''], ['files']],
    [['init', ''], []],
    [['completion', 'z'], ['zsh']],
  ])('%j', (line, expected) => {
    expect(words(...line)).toEqual(expected);
  });

  it('keeps the flags on the line, which name the cluster to ask', () => {
    expect(completionsOf(program, ['logs', '-n', 'vision', '--context=lab', '-f', ''])).toEqual({
      is: 'imageSpecs',
      flags: { namespace: 'vision', context: 'lab', follow: 'true' },
    });
  });

  it.each(shells)('has a script for %s', (shell) => {
    expect(completionScript(shell)).toContain('kubectl-imagespec __complete --');
  });
});
