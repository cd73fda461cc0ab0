import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type Binaries, foreignCrane } from './binaries.ts';
import { cached } from './cache.ts';
import { borrowNetwork, ownMounts, runInside } from './chroot.ts';
import { type DebianTools, unpacked, unpackedFor } from './debian.ts';
import { foreignNode, type NodePlatform } from './nodePrograms.ts';
import { run } from './run.ts';

/** Root file systems that stand in for images; each becomes an image of one layer. */
export type LayerName = 'debian' | 'notebook' | 'node' | 'crane' | 'kaniko' | 'pause';

const images = join(import.meta.dirname, '..', '..', 'images');
const nodeProgram = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'node', 'bin', 'node');
/** Solves and installs conda packages, for the stand-in of conda and mamba. */
const rattler = 'py-rattler==0.28.0';
const debianInclude = 'ca-certificates,python3,python3-pip,python3-venv,tini';

/**
 * Makes the layer when it is not in the cache: Debian's and the notebook's take a minute or two each and need root.
 *
 * @returns the path of its archive.
 */
export function makeLayer(name: LayerName, binaries: Binaries, tools: DebianTools): Promise<string> {
  switch (name) {
    case 'debian':
      return debianLayer(tools);
    case 'notebook':
      return notebookLayer(tools);
    case 'node':
      return nodeLayer();
    case 'crane':
      return programLayer('crane-layer', binaries.crane, 'ko-app/crane');
    case 'kaniko':
      return kanikoLayer(binaries);
    case 'pause':
      return programLayer('pause-layer', binaries.pause, 'pause');
  }
}

async function debianLayer(tools: DebianTools): Promise<string> {
  const folder = await cached('debian-layer', ['bookworm', 'minbase'], async (draft) => {
    await debootstrap(tools, join(draft, 'root'), 'ca-certificates');
    await archive(draft);
  });
  return join(folder, 'layer.tar.gz');
}

/** The stand-in for jupyter/minimal-notebook: conda and mamba, user, home, tini and a group-writable environment as docker-stacks has them. */
async function notebookLayer(tools: DebianTools): Promise<string> {
  const [requirements = '', conda = '', channel = ''] = await Promise.all(
    ['requirements.txt', 'conda.py', 'channel.py'].map((file) => readFile(join(images, 'notebook', file), 'utf8')),
  );
  const inputs = ['4', 'bookworm', debianInclude, requirements, rattler, conda, channel];
  const folder = await cached('notebook-layer', inputs, async (draft) => {
    const root = join(draft, 'root');
    await debootstrap(tools, root, debianInclude);
    const inside = (...argv: string[]) => runInside(root, ...argv);
    await inside(
      'useradd',
      '--no-log-init',
      '--create-home',
      '--shell',
      '/bin/bash',
      '--uid',
      '1000',
      '--gid',
      '100',
      'jovyan',
    );
    const borrowed = await borrowNetwork(root);
    await writeFile(join(root, 'tmp', 'requirements.txt'), requirements);
    await inside('python3', '-m', 'venv', '/opt/conda');
    await inside(
      '/opt/conda/bin/python',
      '-m',
      'pip',
      'install',
      '--no-cache-dir',
      '--no-input',
      '--requirement',
      '/tmp/requirements.txt',
    );
    // conda and mamba stand beside the environment, so that nothing of theirs can be imported from it.
    await inside('python3', '-m', 'venv', '/opt/rattler');
    await inside('/opt/rattler/bin/python', '-m', 'pip', 'install', '--no-cache-dir', '--no-input', rattler);
    await writeFile(join(root, 'opt', 'conda', 'bin', 'conda'), conda, { mode: 0o755 });
    await symlink('conda', join(root, 'opt', 'conda', 'bin', 'mamba'));
    await mkdir(join(root, 'opt', 'conda', 'conda-meta'));
    await writeFile(join(root, 'tmp', 'channel.py'), channel);
    await inside('/opt/rattler/bin/python', '/tmp/channel.py', '/opt/channels/conda-forge');
    await rm(join(root, 'tmp', 'channel.py'));
    await Promise.all([...borrowed, join(root, 'tmp', 'requirements.txt')].map((path) => rm(path, { force: true })));
    // docker-stacks' fix-permissions: the user's own, the group may write, and what it makes stays the group's.
    const owned = ['/opt/conda', '/home/jovyan'];
    await inside('chown', '-R', '1000:100', ...owned);
    await inside('chmod', '-R', 'g+rwX', ...owned);
    await inside('find', ...owned, '-type', 'd', '-exec', 'chmod', 'g+s', '{}', '+');
    await archive(draft);
  });
  return join(folder, 'layer.tar.gz');
}

const nodeLibraries = ['libc6', 'libgcc-s1', 'libstdc++6', 'ca-certificates', 'tzdata'];

async function nodeLayer(): Promise<string> {
  const version = await run(nodeProgram, ['--version']);
  const packages = await unpacked('node-libraries', nodeLibraries, 'alone');
  return nodeLayerOf('node-layer', version, packages, nodeProgram);
}

/** The layers of the operator's bases for one processor; only this machine's own can be run here. */
export interface BaseLayers {
  readonly node: string;
  readonly crane: string;
}

/** Makes the layers of the operator's bases for another processor than this machine's, when they are not in the cache. */
export async function foreignBaseLayers(architecture: 'amd64' | 'arm64'): Promise<BaseLayers> {
  const version = await run(nodeProgram, ['--version']);
  const platform: NodePlatform = architecture === 'arm64' ? 'linux-arm64' : 'linux-x64';
  const { program } = await foreignNode(platform, version.trim().slice(1));
  const packages = await unpackedFor(architecture, 'node-libraries', nodeLibraries);
  const crane = await foreignCrane(architecture);
  return {
    node: await nodeLayerOf(`node-layer-${architecture}`, version, packages, program),
    crane: await programLayer(`crane-layer-${architecture}`, crane, 'ko-app/crane'),
  };
}

async function nodeLayerOf(name: string, version: string, packages: string, program: string): Promise<string> {
  const folder = await cached(name, [version, packages], async (draft) => {
    const root = join(draft, 'root');
    await cp(join(packages, 'root'), root, { recursive: true, verbatimSymlinks: true });
    await rm(join(root, 'usr', 'share', 'doc'), { recursive: true, force: true });
    for (const path of ['nodejs/bin', 'etc/ssl/certs', 'tmp', 'home/nonroot', 'app']) {
      await mkdir(join(root, path), { recursive: true });
    }
    await copyFile(program, join(root, 'nodejs', 'bin', 'node'));
    await chmod(join(root, 'nodejs', 'bin', 'node'), 0o755);
    await writeFile(join(root, 'etc', 'ssl', 'certs', 'ca-certificates.crt'), await publicCertificates(root));
    await writeFile(
      join(root, 'etc', 'passwd'),
      'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
    );
    await writeFile(join(root, 'etc', 'group'), 'root:x:0:\nnonroot:x:65532:\n');
    await chmod(join(root, 'tmp'), 0o1777);
    await archive(draft);
  });
  return join(folder, 'layer.tar.gz');
}

/** The bundle that update-ca-certificates would make. */
async function publicCertificates(root: string): Promise<string> {
  const folder = join(root, 'usr', 'share', 'ca-certificates', 'mozilla');
  const files = (await readdir(folder)).toSorted();
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('');
}

async function programLayer(name: string, program: string, path: string): Promise<string> {
  const folder = await cached(name, [program, path], async (draft) => {
    const target = join(draft, 'root', path);
    await mkdir(join(target, '..'), { recursive: true });
    await copyFile(program, target);
    await chmod(target, 0o755);
    await archive(draft);
  });
  return join(folder, 'layer.tar.gz');
}

/** Laid out as the builder's own image is (osscontainertools/kaniko, deploy/Dockerfile). */
async function kanikoLayer({ kanikoExecutor }: Binaries): Promise<string> {
  const packages = await unpacked('node-libraries', nodeLibraries, 'alone');
  const folder = await cached('kaniko-layer', [kanikoExecutor, packages], async (draft) => {
    const root = join(draft, 'root');
    for (const path of ['kaniko/ssl/certs', 'kaniko/.docker', 'etc', 'workspace']) {
      await mkdir(join(root, path), { recursive: true });
    }
    await copyFile(kanikoExecutor, join(root, 'kaniko', 'executor'));
    await chmod(join(root, 'kaniko', 'executor'), 0o755);
    await writeFile(
      join(root, 'kaniko', 'ssl', 'certs', 'ca-certificates.crt'),
      await publicCertificates(join(packages, 'root')),
    );
    await writeFile(join(root, 'etc', 'nsswitch.conf'), 'hosts: files dns\n');
    await chmod(join(root, 'kaniko'), 0o777);
    await archive(draft);
  });
  return join(folder, 'layer.tar.gz');
}

async function debootstrap(tools: DebianTools, root: string, include: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'no registry that has the base images can be reached, and making stand-ins for them needs root: ' +
        'run this once as root, or where the registries answer',
    );
  }
  const keyring = join(tools.root, 'usr', 'share', 'keyrings', 'debian-archive-keyring.gpg');
  const options = ['--variant=minbase', `--keyring=${keyring}`, `--include=${include}`];
  await run('unshare', [...ownMounts, tools.path('debootstrap'), ...options, 'bookworm', root], { env: tools.env });
  for (const path of ['var/cache/apt/archives', 'var/lib/apt/lists', 'var/log']) {
    await rm(join(root, path), { recursive: true, force: true });
  }
  // apt makes `lists` again by itself, the folder of archives it does not.
  await mkdir(join(root, 'var', 'cache', 'apt', 'archives', 'partial'), { recursive: true });
  await mkdir(join(root, 'var', 'log', 'apt'), { recursive: true });
}

/** Packs `root` of the draft into `layer.tar.gz` and removes it. Quick compression: the archive never leaves this machine. */
async function archive(draft: string): Promise<void> {
  const root = join(draft, 'root');
  await run('tar', [
    '-C',
    root,
    '--numeric-owner',
    '--sort=name',
    '-I',
    'gzip -1',
    '-cf',
    join(draft, 'layer.tar.gz'),
    '.',
  ]);
  await rm(root, { recursive: true, force: true });
}
