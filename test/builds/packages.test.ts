import { beforeAll, describe, expect, it } from 'vitest';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { builtImage, openScene, readyReason, type Scene } from '../node/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('packages');
});

const base = 'jupyter/minimal-notebook';

/** What Docker's and the shell's own rules would each change, were it not quoted for both. */
const nastyValues = {
  PLAIN: 'x',
  EMPTY: '',
  DOLLARS: '$HOME ${HOME} $$ $(id) `id`',
  QUOTES: `"double" 'single' \\"escaped\\"`,
  BACKSLASHES: '\\ \\\\ \\n C:\\dir\\',
  HASH: '# no comment #',
  SPACES: '  two before, two after  ',
  UNICODE: 'Grüße, 世界 🪐',
  FLAGS: '--from=x && rm -rf / ; | > <',
  BRACES: '{"a": [1, "b"]} %s %% !! ~ *?[a]',
};

describe.concurrent('packages and variables, in a built image as uid 1000 with an empty home', () => {
  it('apt, conda and pip packages are there, and every value of env is what was written', async () => {
    await scene.apply('all-managers', {
      baseImage: base,
      packages: {
        apt: ['tree'],
        conda: ['kelp', 'conda-forge::tidepool=1.*'],
        condaChannels: ['conda-forge'],
        pip: ["astropy>=6; python_version >= '3.8'", "numpy!=1.0,<99; sys_platform == 'linux'"],
      },
      env: Object.entries(nastyValues).map(([name, value]) => ({ name, value })),
    });
    const image = builtImage(await scene.settled('all-managers'));
    const program = [
      'import json, os, shutil, subprocess, astropy, kelp, tidepool',
      `names = ${JSON.stringify(Object.keys(nastyValues))}`,
      'writable = os.access(tidepool.__file__, os.W_OK) or os.stat(tidepool.__file__).st_mode & 0o020 != 0',
      'print(json.dumps({"env": {n: os.environ[n] for n in names}, "tidepool": tidepool.__version__, "uid": os.getuid(),' +
        ' "tree": shutil.which("tree"), "cwd": os.getcwd(), "shared": writable,' +
        ' "lists": os.listdir("/var/lib/apt/lists")}))',
    ].join('\n');
    const output = await scene.runAsUser('try-all-managers', image, ['python', '-c', program]);
    expect(output).toMatch(/^Succeeded: /);
    expect(JSON.parse(output.slice('Succeeded: '.length))).toEqual({
      env: nastyValues,
      tidepool: '1.4.0',
      uid: 1000,
      tree: '/usr/bin/tree',
      cwd: '/home/jovyan',
      shared: true,
      lists: [],
    });
    // From outside: only root can read root's home.
    const { crane } = await kubernetesBinaries();
    const exported = '"$1" export --insecure "$2" - | tar -t';
    const files = (await run('sh', ['-c', exported, 'sh', crane, image])).split('\n');
    expect(files).toContain('usr/bin/tree');
    expect(files.filter((file) => file.startsWith('root/.cache/pip'))).toEqual([]);
  });
});

describe.concurrent('what the package managers say no to', () => {
  it('a conda package that does not exist is named with its place', async () => {
    await scene.apply('no-conda-package', { baseImage: base, packages: { conda: ['kelp', 'no-such-kelp>=2'] } });
    const status = await scene.settled('no-conda-package');
    expect(status.failure).toMatchObject({ reason: 'PackageNotFound', packages: ['no-such-kelp>=2'] });
    expect(status.failure?.message).toContain('packages.conda[1]');
  });

  it('conda packages that do not go together are a conflict', async () => {
    await scene.apply('conda-conflict', { baseImage: base, packages: { conda: ['kelp', 'urchin'] } });
    const status = await scene.settled('conda-conflict');
    expect(readyReason(status)).toBe('DependencyConflict');
    expect(status.failure?.log).toContain('tidepool');
  });

  it('a base without conda lacks a package manager', async () => {
    await scene.apply('no-conda', {
      baseImage: 'debian:bookworm-slim',
      packages: { conda: ['kelp'] },
      jupyterHub: { policy: 'Skip' },
    });
    const status = await scene.settled('no-conda');
    expect(readyReason(status)).toBe('PackageManagerMissing');
    expect(status.failure?.message).toContain('conda');
  });
});
