import { join } from 'node:path';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { cached } from '../../tools/cluster/artifacts/cache.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

/** An image for quick builds: a shell and a C library out of Debian, a few megabytes. */
export const shell = 'imagespec-test/shell:1';

/** An image with pip and conda, which is the notebook without JupyterLab and the like: a third of its size. */
export const python = 'imagespec-test/python:1';

const programs = ['dash', 'sh', 'sleep', 'head', 'tr', 'cat', 'rm', 'id'].map((name) => `usr/bin/${name}`);
const libraries = ['libc.so.6', 'libselinux.so.1', 'libpcre2-8.so.0*', 'ld-linux*'].map(
  (name) => `usr/lib/*-linux-gnu/${name}`,
);

/** Puts the image `shell` into the registry at this host. */
export async function putShell(registry: string): Promise<void> {
  await put(registry, {
    name: 'shell-layer',
    from: 'library/debian:bookworm-slim',
    to: shell,
    script: `tar -x -C root --exclude='dev/*'
      cd root
      tar -I 'gzip -1' -cf ../layer.tar.gz tmp etc/passwd etc/group ${programs.join(' ')} \
        $(ls -d bin lib lib64 usr/lib64 usr/lib/ld-linux* ${libraries.join(' ')} 2>/dev/null || true)`,
    config: ['--cmd=sh', '--env=PATH=/usr/bin:/bin'],
  });
}

const heavy = [
  'dev/*',
  'opt/conda/share/*',
  'opt/conda/lib/python3*/site-packages/[a-oq-z]*',
  'opt/conda/lib/python3*/site-packages/p[a-hj-z]*',
  'usr/share/doc/*',
  'usr/share/locale/*',
  'usr/lib/*/gconv/*',
];

/** Puts the image `python` into the registry at this host. */
export async function putPython(registry: string): Promise<void> {
  await put(registry, {
    name: 'python-layer',
    from: 'jupyter/minimal-notebook:latest',
    to: python,
    script: `tar -x -C root ${heavy.map((path) => `--exclude='${path}'`).join(' ')}
      tar -I 'gzip -1' -cf layer.tar.gz -C root .`,
    config: [
      '--user=1000',
      '--workdir=/home/jovyan',
      '--env=CONDA_DIR=/opt/conda',
      '--env=PATH=/opt/conda/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    ],
  });
}

interface Made {
  /** Of the cache's entry. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Reads the file system of `from` as a tar archive, and writes the new image's as layer.tar.gz. */
  readonly script: string;
  readonly config: readonly string[];
}

/** The layer is made once and kept, as long as what it is made of stays the same. */
async function put(registry: string, { name, from, to, script, config }: Made): Promise<void> {
  const { crane } = await kubernetesBinaries();
  const source = `${registry}/${from}`;
  const digest = await run(crane, ['digest', '--insecure', source]);
  const folder = await cached(name, [digest, script], async (draft) => {
    const make = `set -eu
      cd "$1"
      mkdir root
      "$2" export --insecure "$3" - | {
        ${script}
      }
      rm -rf "$1/root"`;
    await run('sh', ['-c', make, 'sh', draft, crane, source]);
  });
  const target = `${registry}/${to}`;
  await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', join(folder, 'layer.tar.gz'), '-t', target]);
  const platform = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;
  await run(crane, ['mutate', '--insecure', `--set-platform=${platform}`, ...config, '-t', target, target]);
}
