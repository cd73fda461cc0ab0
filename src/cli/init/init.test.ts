import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commandLine } from '../../../test/support/commandLine.ts';

const manifest = z.object({ spec: z.record(z.string(), z.unknown()) });

function specOf(text: string) {
  return manifest.parse(parse(text)).spec;
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-init-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function run(argv: readonly string[], stdin = '') {
  const ran = await commandLine(argv, stdin);
  return { ...ran, err: ran.err.replaceAll(`${folder}/`, '') };
}

/** Runs `init` on one file; returns its output and its notes. */
async function initFrom(name: string, text: string) {
  await writeFile(join(folder, name), text);
  const { code, out, err } = await run(['init', 'demo', '--from', join(folder, name)]);
  return { code, packages: specOf(out)['packages'] ?? {}, err };
}

const renvLock = JSON.stringify({
  R: { Version: '4.3.1', Repositories: [{ Name: 'CRAN', URL: 'https://cran.example.com' }] },
  Packages: {
    dplyr: { Package: 'dplyr', Version: '1.1.4', Source: 'Repository', Repository: 'CRAN' },
    mine: { Package: 'mine', Version: '0.1', Source: 'GitHub', RemoteUsername: 'me' },
  },
});

describe('init', () => {
  it.each<[string, string, object, string]>([
    ['apt.txt', 'git  # version control\n\nlibgl1 g++\n', { apt: ['git', 'libgl1', 'g++'] }, ''],
    ['requirements.txt', 'astropy>=6 \\\n  ,<8\nnumpy\n', { pip: ['astropy>=6 ,<8', 'numpy'] }, ''],
    [
      'requirements.txt',
      '--extra-index-url https://download.example.org/cu124\ntorch==2.5.1+cu124\n',
      { pip: ['torch==2.5.1+cu124'], pipIndexes: ['https://pypi.org/simple', 'https://download.example.org/cu124'] },
      '',
    ],
    [
      'requirements.txt',
      '-i https://pypi.example.com/simple\nx\n',
      { pip: ['x'], pipIndexes: ['https://pypi.example.com/simple'] },
      '',
    ],
    ['requirements.txt', 'x\n-r other.txt\n', { pip: ['x'] }, 'requirements.txt:2: "other.txt" is not read'],
    ['requirements.txt', '-e .\n', {}, 'requirements.txt:1: "-e ."'],
    [
      'requirements.txt',
      'x==1 --hash=sha256:00 --hash=sha256:01\n',
      { pip: ['x==1'] },
      'requirements.txt:1: the hashes',
    ],
    ['requirements.txt', 'not a package\n', {}, 'requirements.txt:1: "not a package" is not a requirement'],
    [
      'requirements.txt',
      '--index-url https://user:secret@pypi.example.com/\n',
      {},
      'requirements.txt:1: the index is not carried over',
    ],
    [
      'environment.yml',
      'name: x\nchannels: [conda-forge, nodefaults]\ndependencies:\n- python=3.11\n- numpy>=1,<3\n- pip\n- pip:\n  - astropy\n',
      { conda: ['python=3.11', 'numpy>=1,<3'], pip: ['astropy'], condaChannels: ['conda-forge'] },
      '',
    ],
    ['environment.yml', 'dependencies:\n- numpy\nvariables:\n  A: b\n', { conda: ['numpy'] }, ''],
    [
      'environment.yml',
      'dependencies: numpy\n',
      {},
      'environment.yml:1: "dependencies" holds text; write a list: ["numpy"]',
    ],
    ['environment.yml', 'a: [\n', {}, 'environment.yml:2: this is not valid YAML'],
    ['runtime.txt', 'python-3.11\n', { conda: ['python=3.11'] }, ''],
    ['runtime.txt', 'python-3.11.4\n', { conda: ['python=3.11.4'] }, ''],
    ['runtime.txt', 'r-2021-10-01\n', { cranSnapshot: '2021-10-01' }, 'CRAN mirror has no snapshots'],
    ['runtime.txt', 'r-4.1-2021-10-01\n', { cranSnapshot: '2021-10-01' }, 'runtime.txt:1: R 4.1 is not carried over'],
    ['runtime.txt', 'julia-1.9\n', {}, 'runtime.txt:1: "julia-1.9"'],
    [
      'install.R',
      'install.packages("ggplot2")\ninstall.packages(c("dplyr", "data.table"))\n',
      { cran: ['ggplot2', 'dplyr', 'data.table'] },
      '',
    ],
    [
      'install.R',
      'install.packages(c(\n  "dplyr", # verbs\n  "data.table"\n))\ninstall.packages(\n  "sf")\n',
      { cran: ['dplyr', 'data.table', 'sf'] },
      '',
    ],
    ['install.R', `install.packages(c(${'"a" '.repeat(500)}))\n`, {}, 'install.R:1: this is no plain'],
    [
      'environment.yml',
      'channels: ["https://u:secret@c.example/x"]\ndependencies: [numpy]\n',
      { conda: ['numpy'] },
      'environment.yml:1: "https://…@c.example/x" holds a credential',
    ],
    ['requirements.txt', '-e git+https://u:secret@e.example/x\n', {}, '"-e git+https://…@e.example/x"'],
    ['requirements.txt', '-i https://e.example/simple?token=secret\n', {}, 'requirements.txt:1: the index'],
    ['install.R', 'remotes::install_version("dplyr", version = "1.1.4")\n', { cran: ['dplyr@1.1.4'] }, ''],
    [
      'DESCRIPTION',
      'Type: Book\nTitle: None\nDepends: R (>= 4.1), utils\nImports:\n    dplyr (>= 1.0),\n    sf (== 1.0-16),\n\tR6\nSuggests: testthat\n',
      { cran: ['dplyr', 'sf@1.0-16', 'R6'] },
      '',
    ],
    ['DESCRIPTION', 'Imports: dplyr (< 2.0)\n', { cran: ['dplyr'] }, 'DESCRIPTION:1: "dplyr (< 2.0)": the upper bound'],
    ['DESCRIPTION', 'Package: mine\nImports: dplyr\n', { cran: ['dplyr'] }, 'DESCRIPTION:1: a build has no files'],
    ['renv.lock', renvLock, { cran: ['dplyr@1.1.4'] }, 'renv.lock:1: mine is not from CRAN but from GitHub'],
    ['renv.lock', renvLock, { cran: ['dplyr@1.1.4'] }, 'renv.lock:1: R 4.3.1 is not carried over'],
    ['renv.lock', '{"Packages": []}', {}, 'renv.lock:1: this is no lock file of renv: it has no "Packages"'],
    ['renv.lock', 'no JSON', {}, 'renv.lock:1: this is no lock file of renv'],
    ['install.R', 'devtools::install_github("x/y")\n', {}, 'install.R:1: this is no plain install.packages'],
  ])('%s: %j', async (name, text, packages, notes) => {
    const result = await initFrom(name, text);
    expect(result.packages).toEqual(packages);
    expect(result.err).toContain(notes);
    expect(result.err).not.toContain('secret');
    expect(result.code).toBe(notes === '' ? 0 : 1);
  });

  it('reads a folder as repo2docker does, and prints a valid ImageSpec', async () => {
    await mkdir(join(folder, 'binder'));
    await writeFile(join(folder, 'requirements.txt'), 'ignored\n');
    await writeFile(join(folder, 'binder', 'environment.yml'), 'dependencies: [numpy]\n');
    await writeFile(join(folder, 'binder', 'requirements.txt'), 'astropy\n');
    await writeFile(join(folder, 'binder', 'runtime.txt'), 'python-3.9\n');
    await writeFile(join(folder, 'binder', 'apt.txt'), 'git\n');
    await writeFile(join(folder, 'binder', 'postBuild'), 'true\n');
    const { code, out, err } = await run(['init', 'demo', '--from', folder, '--base', 'jupyter/base-notebook']);
    expect(code).toBe(1);
    expect(specOf(out)).toEqual({
      baseImage: 'jupyter/base-notebook',
      packages: { apt: ['git'], conda: ['numpy'] },
    });
    expect(err).toContain('binder/postBuild: runs a script');
    expect(err).toContain('binder/requirements.txt: is skipped');
    expect(err).toContain('binder/runtime.txt: is skipped');
    expect(await run(['validate', '-f', '-'], out)).toMatchObject({ code: 0 });
  });

  it('converts the variables of an environment, and uses the name of the folder', async () => {
    const place = join(folder, 'Deep Learning_2');
    await mkdir(place);
    await writeFile(join(place, 'environment.yml'), 'dependencies: [numpy]\nvariables: {A: b, N: 4, T: $x}\n');
    const { code, out } = await run(['init', '--from', join(place, 'environment.yml')]);
    expect(code).toBe(0);
    expect(specOf(out)['env']).toEqual([
      { name: 'A', value: 'b' },
      { name: 'N', value: '4' },
      { name: 'T', value: '$x' },
    ]);
    expect(out).toContain('name: deep-learning-2');
    expect(await run(['validate', '-f', '-'], out)).toMatchObject({ code: 0 });
  });

  it('reports the faults of its output', async () => {
    const { code, err } = await run(['init', 'BAD_name', '--base', 'Not An Image']);
    expect(code).toBe(1);
    expect(err).toContain('metadata.name');
    expect(err).toContain('spec.baseImage');
  });

  it('writes strings that YAML 1.1 reads as strings', async () => {
    const { out } = await run(['init', 'no']);
    expect(await run(['validate', '-f', '-'], out)).toMatchObject({ code: 0, out: '1 valid\n' });
  });

  it('starts an ImageSpec from nothing, and names an unreadable path', async () => {
    expect(await run(['init', 'demo'])).toMatchObject({ code: 0, err: '' });
    expect(await run(['init', 'demo', '--from', join(folder, 'missing')])).toMatchObject({
      code: 3,
      err: expect.stringContaining('missing'),
    });
    expect(await run(['init', 'demo', '--from', folder])).toMatchObject({
      code: 3,
      err: expect.stringContaining('found none of apt.txt, environment.yml'),
    });
  });
});
