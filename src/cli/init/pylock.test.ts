import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commandLine } from '../../../test/support/commandLine.ts';
import { pylock } from '../../../test/support/inputs/environments.ts';

const manifest = z.object({ spec: z.record(z.string(), z.unknown()) });

async function read(text: string, argv: readonly string[] = []) {
  const { out, err } = await commandLine(['init', 'demo', '--from', '-', '--as', 'pylock', ...argv], text);
  const { baseImage: _, ...spec } = manifest.parse(parse(out)).spec;
  return { spec, notes: err.split('\n').filter((line) => line !== '') };
}

const locked = [
  'numpy==2.1.3',
  "colorama==0.4.6 ; sys_platform == 'win32'",
  'torch==2.5.1+cu124',
  'tool @ git+https://github.com/example/tool.git@0123456789abcdef0123456789abcdef01234567#subdirectory=python',
  'data @ https://files.example/data-1.0.tar.gz',
  'pytest==8.3.3',
];

it('reads each package exactly, its index, and the groups that are installed by default', async () => {
  const { spec, notes } = await read(pylock);
  expect(spec).toEqual({
    packages: { pip: locked, pipIndexes: ['https://pypi.org/simple', 'https://download.pytorch.org/whl/cu124'] },
  });
  expect(notes).toEqual([
    expect.stringContaining('-:19: "mine" is a file or folder of the repository'),
    expect.stringContaining('-:44: "both" holds for several optional parts'),
    expect.stringContaining('-:6: the hashes are not carried over'),
    expect.stringContaining('-:2: Python ">=3.11" is not carried over'),
    expect.stringContaining('-:40: optional and not carried over: docs; add --with docs to include one'),
  ]);
});

it('reads a group that --with names', async () => {
  const { spec, notes } = await read(pylock, ['--with', 'docs']);
  expect(spec).toMatchObject({ packages: { pip: [...locked, 'sphinx==8.1.3'] } });
  expect(notes.filter((note) => note.includes('optional and not carried over'))).toEqual([]);
});

it.each([
  ['packages = 1\n', '-:1: this is no lock file of PEP 751'],
  ['lock-version = "1.0"\n', '-:1: this is no lock file of PEP 751'],
  ['lock-version = "1.0"\n[[packages]]\nversion = "1"\n', '-:2: this package has no name'],
  ['a = [\n', '-:2: this is no TOML'],
])('notes what is none: %j', async (text, note) => {
  const { spec, notes } = await read(text);
  expect(spec).toEqual({});
  expect(notes[0]).toContain(note);
});
