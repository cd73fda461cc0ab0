import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commandLine } from '../../../test/support/commandLine.ts';
import {
  condaLock,
  pipfile,
  pixi,
  pixiLock,
  poetry,
  pyproject,
  url,
} from '../../../test/support/inputs/environments.ts';

const manifest = z.object({ spec: z.record(z.string(), z.unknown()) });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-kinds-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Runs `init` on one file; returns the spec without its base, and the notes without the folder. */
async function specFrom(name: string, text: string | Uint8Array, argv: readonly string[] = []) {
  await writeFile(join(folder, name), text);
  const { code, out, err } = await commandLine(['init', 'demo', '--from', join(folder, name), ...argv], '');
  const { baseImage: _, ...spec } = manifest.parse(parse(out)).spec;
  return {
    code,
    spec,
    notes: err
      .replaceAll(`${folder}/`, '')
      .trimEnd()
      .split('\n')
      .filter((line) => line !== ''),
  };
}

describe('the kinds of files that init reads', () => {
  it.each<[string, string, object, readonly string[]]>([
    [
      'environment-gpu.yml',
      `name: x
channels: [conda-forge]
dependencies:
- python=3.11
- pip:
  - -r requirements.txt
  - git+https://github.com/a/b@v1#egg=b[x]&subdirectory=c
  - -e git+https://github.com/a/d#egg=d
  - https://files.example/e-1.0-py3-none-any.whl
  - f # a comment
`,
      {
        packages: {
          conda: ['python=3.11'],
          pip: [
            'b[x] @ git+https://github.com/a/b@v1#subdirectory=c',
            'd @ git+https://github.com/a/d',
            'e @ https://files.example/e-1.0-py3-none-any.whl',
            'f',
          ],
          condaChannels: ['conda-forge'],
        },
      },
      ['environment-gpu.yml:6: "requirements.txt" is not read: there is no such file or folder; correct the path'],
    ],
    ['environment.yaml', 'dependencies:\n- numpy\n- pip:\n', { packages: { conda: ['numpy'] } }, []],
    ['environment.yml', 'dependencies:\n', {}, []],
    [
      'environment.yml',
      'dependencies:\n- 3.11\n- uv: [x]\n- numpy\nsteps: [a]\n',
      { packages: { conda: ['numpy'] } },
      [
        'environment.yml:2: this dependency is no text; put it in quotes',
        'environment.yml:3: "uv" installs by other means than conda and pip, and is not carried over',
        'environment.yml:5: "steps" is no field of an environment of conda, and is not read',
      ],
    ],
    [
      'requirements3.txt',
      '--find-links https://data.pyg.org/whl/torch-2.5.0+cu124.html\n--pre\n--no-binary=h5py\ntorch\n',
      {
        packages: { pip: ['torch'] },
        build: {
          args: [
            { name: 'PIP_FIND_LINKS', value: 'https://data.pyg.org/whl/torch-2.5.0+cu124.html' },
            { name: 'PIP_PRE', value: '1' },
            { name: 'PIP_NO_BINARY', value: 'h5py' },
          ],
        },
      },
      [],
    ],
    [
      'requirements.txt',
      'https://e.example/archive/main.zip\n--no-index\nx --config-settings a=b\n',
      { packages: { pip: ['x'] } },
      [
        'requirements.txt:1: "https://e.example/archive/main.zip" has no name',
        'requirements.txt:2: "--no-index" is an option',
        'requirements.txt:3: "--config-settings a=b": the options of one package are not carried over',
      ],
    ],
    [
      'requirements.txt',
      `# This file may be used to create an environment using:\n# $ conda create --name <env> --file <this file>\n# platform: linux-64\nnumpy=1.26.4=py311_0\nsix=1.17.0=pypi_0\n`,
      { packages: { conda: ['numpy=1.26.4=py311_0'], pip: ['six==1.17.0'] } },
      [],
    ],
    [
      'spec-file.txt',
      `# platform: linux-64\n@EXPLICIT\n${url}/linux-64/numpy-1.26.4-py311_0.conda#0123456789abcdef0123456789abcdef\n${url}/noarch/x-1-0.tar.bz2\n`,
      { packages: { conda: ['numpy=1.26.4=py311_0', 'x=1=0'], condaChannels: ['conda-forge'] } },
      ['spec-file.txt:3: the checksums are not carried over'],
    ],
    [
      'conda-lock.yml',
      condaLock,
      { packages: { conda: ['numpy=1.26.4=py311_0'], pip: ['six==1.17.0'], condaChannels: ['conda-forge'] } },
      ['conda-lock.yml:8: optional and not carried over: dev; add --with dev to include one'],
    ],
    [
      'pixi.lock',
      pixiLock,
      { packages: { conda: ['numpy=1.26.4=py311_0'], pip: ['six==1.17.0'], condaChannels: ['conda-forge'] } },
      [],
    ],
    [
      'pyproject.toml',
      pyproject,
      { packages: { pip: ['astropy>=6', 'sunpy @ git+https://github.com/sunpy/sunpy@v6.0.0'] } },
      [
        'pyproject.toml:7: Python ">=3.11" is not carried over',
        'pyproject.toml:9: optional and not carried over: plot, all, test, base; add --with plot to include one',
      ],
    ],
    [
      'pyproject.toml',
      poetry,
      {
        packages: {
          pip: [
            'numpy>=1.26.2,<2',
            'six>=1.16,<1.17',
            'tqdm',
            'old==1.2',
            'zero>=0.3.1,<0.4',
            'extra[a,b]>=2,<3',
            'code @ git+https://example.com/code.git@abc',
          ],
        },
      },
      [
        'pyproject.toml:2: Python "^3.11" is not carried over',
        'pyproject.toml:11: "local" is a file or folder of the repository',
        'pyproject.toml:12: "either" asks for "1 || 2", which one requirement of pip cannot say',
        'pyproject.toml:13: optional and not carried over: dev',
      ],
    ],
    [
      'pyproject.toml',
      '[build-system]\nrequires = ["setuptools"]\n[project]\nname = "x"\ndynamic = ["dependencies"]\n',
      {},
      ['pyproject.toml:1: a build has no files of the repository', 'pyproject.toml:5: the dependencies are only known'],
    ],
    [
      'pyproject.toml',
      '[project]\ndependencies = "numpy"\n',
      {},
      ['pyproject.toml:2: "dependencies" holds text; write a list: ["numpy"]'],
    ],
    ['pyproject.toml', 'a = [\n', {}, ['pyproject.toml:2: this is no TOML']],
    [
      'pixi.toml',
      pixi,
      {
        packages: {
          conda: [
            'python 3.11.*',
            'numpy>=1.26,<3',
            'samtools==1.20',
            'conda-forge::pytorch[version=">=2.5",build="cuda*"]',
            'any',
            'glibc-tool',
          ],
          pip: ['astropy[all]>=6'],
          condaChannels: ['conda-forge', 'bioconda'],
        },
        env: [{ name: 'OMP_NUM_THREADS', value: '1' }],
        build: { args: [{ name: 'CONDA_OVERRIDE_CUDA', value: '12' }] },
      },
      ['pixi.toml:20: optional and not carried over: test, ci'],
    ],
    [
      'Pipfile',
      pipfile,
      { packages: { pip: ['requests', "numpy>=1.26 ; sys_platform == 'linux'"] } },
      ['Pipfile:11: Python "3.11" is not carried over', 'Pipfile:8: optional and not carried over: dev-packages'],
    ],
    [
      'Pipfile.lock',
      JSON.stringify({ _meta: { sources: [] }, default: { numpy: { version: '==1.26.4', hashes: [] } }, develop: {} }),
      { packages: { pip: ['numpy==1.26.4'] } },
      ['Pipfile.lock:1: the hashes are not carried over', 'Pipfile.lock:1: optional and not carried over: develop'],
    ],
    [
      'DESCRIPTION',
      'Imports: dplyr\nRemotes: a/b\n',
      { packages: { cran: ['dplyr'] } },
      ['DESCRIPTION:2: Remotes are not from CRAN'],
    ],
    [
      'renv.lock',
      '{\n "Packages": {\n  "limma": {"Version": "3.60.0", "Source": "Repository", "Repository": "BioCsoft 3.19"},\n  "bio": {"Version": "1.0.0", "Source": "Bioconductor"}\n }\n}',
      {},
      [
        'renv.lock:3: limma is not from CRAN but from BioCsoft 3.19',
        'renv.lock:4: bio is not from CRAN but from Bioconductor',
      ],
    ],
    [
      'Dockerfile',
      'FROM quay.io/jupyter/minimal-notebook:2026-11-16\nCOPY requirements.txt /tmp/\nRUN pip install astropy\n',
      {
        dockerfile:
          'FROM quay.io/jupyter/minimal-notebook:2026-11-16\nCOPY requirements.txt /tmp/\nRUN pip install astropy\n',
      },
      ['Dockerfile:2: COPY needs a build context, and an ImageSpec has none'],
    ],
  ])('%s: %j', async (name, text, spec, notes) => {
    const result = await specFrom(name, text);
    expect(result.spec).toEqual(spec);
    expect(result.notes).toHaveLength(notes.length);
    for (const [index, note] of notes.entries()) {
      expect(result.notes[index]).toContain(note);
    }
    expect(result.code).toBe(notes.length === 0 ? 0 : 1);
  });

  it.each([
    [
      'an extra that names others of the project',
      ['all'],
      ['astropy>=6', 'sunpy @ git+https://github.com/sunpy/sunpy@v6.0.0', 'matplotlib', 'tqdm'],
    ],
    [
      'a group that includes another',
      ['test'],
      ['astropy>=6', 'sunpy @ git+https://github.com/sunpy/sunpy@v6.0.0', 'pytest', 'hypothesis'],
    ],
  ])('--with: %s', async (_, names, pip) => {
    const { spec } = await specFrom(
      'pyproject.toml',
      pyproject,
      names.flatMap((name) => ['--with', name]),
    );
    expect(spec).toEqual({ packages: { pip } });
  });

  it('reads the features of an environment of pixi, and reports a name that is nowhere', async () => {
    const { spec, notes } = await specFrom('pixi.toml', pixi, ['--with', 'ci', '--with', 'nothing']);
    expect(spec['packages']).toMatchObject({ conda: expect.arrayContaining(['pytest']) });
    expect(notes).toContainEqual('--with: "nothing" is no extra, group, feature or environment of these files');
  });

  it.each([
    ['UTF-16 with a mark, little end first', Buffer.from('\uFEFFnumpy\r\n', 'utf16le')],
    ['UTF-16 with a mark, big end first', Buffer.from('\uFEFFnumpy\r\n', 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from('numpy\n', 'utf16le')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFnumpy\n')],
  ])('reads %s', async (_, bytes) => {
    expect(await specFrom('requirements.txt', bytes)).toEqual({
      code: 0,
      spec: { packages: { pip: ['numpy'] } },
      notes: [],
    });
  });

  it('reads a file of any name, and standard input, as the kind that --as names', async () => {
    expect(await specFrom('deps', 'numpy\n', ['--as', 'requirements'])).toMatchObject({
      spec: { packages: { pip: ['numpy'] } },
    });
    const { out } = await commandLine(['init', 'demo', '--from', '-', '--as', 'apt'], 'git\n');
    expect(manifest.parse(parse(out)).spec['packages']).toEqual({ apt: ['git'] });
  });

  it.each([
    ['a name that says nothing', 'deps', 'numpy\n', [], 'the name does not say what it is; add --as'],
    ['what is no text', 'requirements.txt', Buffer.from([0xc3, 0x28]), [], 'is not in UTF-8'],
    ['zero bytes', 'requirements.txt', Buffer.from('numpy\n\0'), [], 'holds zero bytes'],
    ['a file past the bound', 'environment.yml', Buffer.alloc(256 * 1024 + 1, '#'), [], 'is larger than 256 KiB'],
  ])('refuses %s', async (_, name, text, argv, message) => {
    await writeFile(join(folder, name), text);
    const { code, out, err } = await commandLine(['init', 'demo', '--from', join(folder, name), ...argv], '');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(message);
  });

  it('takes a file of exactly the bound', async () => {
    expect(await specFrom('environment.yml', Buffer.alloc(256 * 1024, '#'))).toMatchObject({ code: 0 });
  });
});
