import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseContents } from '../../src/jupyterhub/contents/log.ts';
import { contentsCommand } from '../../src/jupyterhub/contents/script.ts';
import { unpacked } from '../../tools/cluster/artifacts/debian.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

/**
 * The script for real, in file systems that are made here: with the shells that images have, and with little else. How it does in
 * a whole image is test/builds/contents.test.ts.
 */
let root: string;

/** A shell of this machine and the libraries that it is linked to. */
async function copyProgram(program: string): Promise<void> {
  const libraries = (await run('ldd', [program])).matchAll(/(\/\S+) \(0x/g);
  for (const path of [program, ...[...libraries].map(([, library = '']) => library)]) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await copyFile(path, join(root, path));
  }
}

async function write(path: string, ...lines: readonly string[]): Promise<void> {
  await mkdir(join(root, dirname(path)), { recursive: true });
  await writeFile(join(root, path), lines.join('\n'));
}

function distribution(folder: string, name: string, version: string, installer: string): Promise<unknown> {
  return Promise.all([
    write(
      `${folder}/${name}-${version}.dist-info/METADATA`,
      'Metadata-Version: 2.1',
      `Name: ${name}`,
      `Version: ${version}`,
      '',
      'Name: of the description',
    ),
    write(`${folder}/${name}-${version}.dist-info/INSTALLER`, installer, ''),
  ]);
}

/** Runs the script in the file system, as an image's own variables would have it. */
async function listed(shell: readonly string[], variables: Readonly<Record<string, string>>) {
  const asRoot = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user'];
  const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const [program = '', ...argv] = [
    ...asRoot,
    'env',
    '--ignore-environment',
    ...environment,
    '/usr/sbin/chroot',
    root,
    ...shell,
  ];
  const log = await run(program, [...argv, '-c', contentsCommand[2] ?? '']);
  const contents = parseContents(log);
  return contents.ok ? contents.value : contents.failure;
}

const conda = '/opt/conda';
const site = `${conda}/lib/python3.11/site-packages`;

beforeAll(async () => {
  const busybox = join(await unpacked('busybox', ['busybox-static'], 'alone'), 'root', 'bin', 'busybox');
  root = await mkdtemp(join(tmpdir(), 'imagespec-contents-'));
  await mkdir(join(root, 'bin'));
  await mkdir(join(root, 'empty'));
  await mkdir(join(root, 'dev'));
  await writeFile(join(root, 'dev', 'null'), '');
  await copyFile(busybox, join(root, 'bin', 'busybox'));
  for (const applet of ['sh', 'awk', 'grep', 'readlink']) {
    await symlink('busybox', join(root, 'bin', applet));
  }
  await copyProgram('/usr/bin/dash');
  await copyProgram('/usr/bin/bash');

  await write(
    '/var/lib/dpkg/status.d/base',
    'Package: base-files',
    'Version: 12.4',
    'Architecture: amd64',
    'Description: x',
  );
  await write('/var/lib/dpkg/status.d/base.md5sums', '0123  etc/os-release');
  await write(
    '/lib/apk/db/installed',
    'C:Q1',
    'P:musl',
    'V:1.2.5-r0',
    'A:x86_64',
    '',
    'C:Q1',
    'P:zlib',
    'V:1.3-r2',
    '',
  );

  await write(
    `${conda}/conda-meta/numpy-1.26.4-py311_0.json`,
    '{',
    '  "build": "py311_0",',
    '  "channel": "https://conda.anaconda.org/conda-forge/linux-64",',
    '  "files": []',
    '}',
  );
  await write(
    `${conda}/conda-meta/compact-1-0.json`,
    '{"build":"0","channel":"https://repo.anaconda.com/pkgs/main/noarch","files":["a"]}',
  );
  await write(`${conda}/conda-meta/history`, '==> 2026-11-25 <==');
  await write(`${conda}/conda-meta/two\nlines-1-0.json`, '{}');
  await write(`${conda}/conda-meta/a tab\there-1-0.json`, '{}');
  await write(`${conda}/conda-meta/\u001B[31mred-1-0.json`, '{}');
  await run('mkfifo', [join(root, conda, 'conda-meta', 'pipe-1-0.json')]);
  await mkdir(join(root, conda, 'conda-meta', 'folder-1-0.json'));
  await write(`${conda}/envs/old/conda-meta/numpy-1.0.0-py38_0.json`, '{}');
  await write(`${conda}/envs/with blanks/conda-meta/hidden-1-0.json`, '{}');

  await distribution(site, 'numpy', '1.26.4', 'conda');
  await distribution(site, 'astropy', '6.1.0', 'pip');
  await distribution(site, '~stropy', '6.0.0', 'pip');
  await write(`${site}/oldstyle-1.0.egg-info`, 'Metadata-Version: 1.0', 'Name: oldstyle', 'Version: 1.0');
  await write(`${site}/folder.egg-info/PKG-INFO`, 'Name: folder', 'Version: 2.0', '');
  await write(`${site}/headless.dist-info/METADATA`, '', 'Name: headless', 'Version: 1');
  await write(`${site}/forged.dist-info/METADATA`, 'Name: forged\u001B[2J\tx', 'Version: 1 imagespec-contents end');
  await mkdir(join(root, site, 'blocked.dist-info'));
  await run('mkfifo', [join(root, site, 'blocked.dist-info', 'METADATA')]);
  await mkdir(join(root, site, 'endless.dist-info'));
  await symlink('/dev/zero', join(root, site, 'endless.dist-info', 'METADATA'));
  await distribution('/opt/tool/lib/python3.12/site-packages', 'tool', '3', 'uv');
  await mkdir(join(root, 'opt', 'tool', 'lib64'));
  await symlink('../lib/python3.12', join(root, 'opt', 'tool', 'lib64', 'python3.12'));

  await write('/usr/lib/R/library/stats/DESCRIPTION', 'Package: stats', 'Version: 4.3.1', 'Priority: base');
  await write('/usr/lib/R/library/ggplot2/DESCRIPTION', 'Package: ggplot2', 'Title: Plots', 'Version: 3.4-1');
});

afterAll(() => rm(root, { recursive: true, force: true }));

const shells: readonly (readonly [string, readonly string[]])[] = [
  ['dash', ['/usr/bin/dash']],
  ['bash', ['/usr/bin/bash', '--posix']],
];

describe.each([...shells, ['busybox', ['/bin/busybox', 'sh']] as const])('the script in %s', (_name, shell) => {
  it('lists every package once, and nothing that is none', async () => {
    expect(await listed(shell, { PATH: '/bin', CONDA_DIR: conda, CDPATH: '/opt' })).toEqual({
      apt: [{ name: 'base-files', version: '12.4' }],
      apk: [
        { name: 'musl', version: '1.2.5-r0' },
        { name: 'zlib', version: '1.3-r2' },
      ],
      rpm: [],
      conda: [
        { name: 'compact', version: '1', build: '0', channel: 'pkgs/main', environment: '' },
        { name: 'numpy', version: '1.26.4', build: 'py311_0', channel: 'conda-forge', environment: '' },
        { name: 'numpy', version: '1.0.0', build: 'py38_0', channel: null, environment: '/opt/conda/envs/old' },
      ],
      pip: [
        { name: 'astropy', version: '6.1.0', environment: conda },
        { name: 'folder', version: '2.0', environment: conda },
        { name: 'oldstyle', version: '1.0', environment: conda },
        { name: 'tool', version: '3', environment: '/opt/tool' },
      ],
      r: [
        { name: 'ggplot2', version: '3.4-1' },
        { name: 'stats', version: '4.3.1' },
      ],
      omitted: 1,
    });
  });
});

describe.each(shells)('the script in %s alone', (_name, shell) => {
  it('needs no other program, and takes the environment that conda would', async () => {
    expect(await listed(shell, { PATH: '/empty', CONDA_PREFIX: `${conda}/envs/old` })).toMatchObject({
      apt: [],
      apk: [],
      conda: [
        { name: 'numpy', version: '1.0.0', channel: null, environment: '' },
        { name: 'compact', version: '1', channel: null, environment: conda },
        { name: 'numpy', version: '1.26.4', channel: null, environment: conda },
      ],
      pip: [{ name: 'astropy' }, { name: 'folder' }, { name: 'oldstyle' }, { name: 'tool' }],
    });
  });
});
