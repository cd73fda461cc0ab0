import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commandLine } from '../../../test/support/commandLine.ts';

const manifest = z.object({
  spec: z.object({ packages: z.object({ pip: z.array(z.string()).default([]) }).default({ pip: [] }) }),
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-included-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function pipOf(files: Readonly<Record<string, string>>, from: string) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { out, err } = await commandLine(['init', 'demo', '--from', join(folder, from)], '');
  return { pip: manifest.parse(parse(out)).spec.packages.pip, notes: err.replaceAll(`${folder}/`, '') };
}

describe('files that name other files', () => {
  it('reads -r and -c from the folder of the file that names them', async () => {
    const { pip, notes } = await pipOf(
      {
        'requirements.txt': '-r parts/base.txt\n-c constraints.txt\nnumpy>=1\n',
        'parts/base.txt': '-r more.txt\nscipy\n',
        'parts/more.txt': 'Astro_Py[all] ; python_version > "3.8"\n',
        'constraints.txt': 'numpy<2\nastro-py==6.1\nunused==1\n',
      },
      'requirements.txt',
    );
    expect(pip.toSorted()).toEqual(['Astro_Py[all]==6.1 ; python_version > "3.8"', 'numpy>=1,<2', 'scipy']);
    expect(notes).toContain('constraints.txt:3: "unused==1": no requirement names what is constrained here');
  });

  it('reads a file of the repository from its folder binder/', async () => {
    const { pip, notes } = await pipOf(
      { 'binder/requirements.txt': '-r ../requirements.txt\n', 'requirements.txt': 'x\n' },
      '.',
    );
    expect({ pip, notes }).toEqual({ pip: ['x'], notes: '' });
  });

  it('reads the files of dynamic dependencies', async () => {
    const { pip } = await pipOf(
      {
        'pyproject.toml':
          '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["deps.txt"]}\n',
        'deps.txt': 'numpy\n',
      },
      'pyproject.toml',
    );
    expect(pip).toEqual(['numpy']);
  });

  it('ends with files that name each other', async () => {
    const { pip, notes } = await pipOf(
      { 'requirements.txt': '-r b.txt\nx\n', 'b.txt': '-r requirements.txt\ny\n' },
      'requirements.txt',
    );
    expect({ pip, notes }).toEqual({ pip: ['x', 'y'], notes: '' });
  });

  it('reads eight files deep and no deeper', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `r${index}.txt`);
    const files = Object.fromEntries(
      names.map((name, index) => [name, `p${index}\n-r ${names[index + 1] ?? 'end.txt'}\n`]),
    );
    const { pip, notes } = await pipOf({ ...files, 'requirements.txt': '-r r0.txt\n' }, 'requirements.txt');
    expect(pip).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']);
    expect(notes).toBe('r7.txt:2: "r8.txt" is not read: more than 64 files, or one more than 8 deep\n');
  });

  it('reads 64 files and no more', async () => {
    const names = Array.from({ length: 65 }, (_, index) => `n${index}.txt`);
    const files = Object.fromEntries(names.map((name, index) => [name, `p${index}\n`]));
    const { pip, notes } = await pipOf(
      { ...files, 'requirements.txt': names.map((name) => `-r ${name}\n`).join('') },
      'requirements.txt',
    );
    expect(pip).toHaveLength(64);
    expect(notes).toContain('requirements.txt:65: "n64.txt" is not read: more than 64 files');
  });

  it('reads nothing outside of the folder, by no way', async () => {
    await mkdir(join(folder, 'in'));
    await writeFile(join(folder, 'secret'), 'password\n');
    await symlink(join(folder, 'secret'), join(folder, 'in', 'link.txt'));
    const { pip, notes } = await pipOf(
      { 'in/requirements.txt': '-r ../secret\n-r link.txt\n-r https://e.example/r.txt\n-c /dev/zero\n' },
      'in/requirements.txt',
    );
    expect(pip).toEqual([]);
    expect(notes).not.toContain('password');
    expect(notes.split('\n')).toEqual([
      'in/requirements.txt:1: "../secret" is not read: it is outside of the folder that is read; pass it with --from',
      'in/requirements.txt:2: "link.txt" is not read: it is outside of the folder that is read; pass it with --from',
      'in/requirements.txt:3: "https://e.example/r.txt" is not read: it is not a file here; download it, and name the copy',
      'in/requirements.txt:4: "/dev/zero" is not read: it is outside of the folder that is read; pass it with --from',
      '',
    ]);
  });
});
