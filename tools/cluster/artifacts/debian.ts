import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { run } from './run.ts';

/** Programs of Debian packages that were unpacked, not installed. */
export interface DebianTools {
  /** Folder that stands for `/`. */
  readonly root: string;
  /** PATH and library folders with which they run. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of a program. */
  readonly path: (program: string) => string;
}

/** The Debian packages of a node and its images. */
const nodePackages = [
  'containerd',
  'runc',
  'containernetworking-plugins',
  'docker-registry',
  'nftables',
  'iptables',
  'conntrack',
  'iproute2',
  'debootstrap',
  'debian-archive-keyring',
];

const machine = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;

/** What a test's Docker engine needs. */
const dockerPackages = ['docker.io', 'containerd', 'runc', 'tini', 'iptables', 'nftables', 'iproute2'];

/** Downloads and unpacks the packages once; nothing on the system changes. */
export async function debianTools(): Promise<DebianTools> {
  return tools('debian-tools', nodePackages);
}

/** The Docker engine and what it calls, apart from the node's programs: only tests of registries and k3s need it. */
export async function dockerTools(): Promise<DebianTools> {
  return tools('docker-tools', dockerPackages);
}

/** Prometheus and promtool. What Debian's package depends on beside the system's library is for its pages only. */
export async function prometheusPrograms(): Promise<DebianTools> {
  return tools('prometheus', ['prometheus'], 'alone');
}

async function tools(
  name: string,
  packages: readonly string[],
  scope: Scope = 'and what they need',
): Promise<DebianTools> {
  const root = join(await unpacked(name, packages, scope), 'root');
  const architecture = process.arch === 'arm64' ? machine.arm64 : machine.x64;
  const folders = ['bin', 'usr/bin', 'usr/sbin', 'sbin'].map((folder) => join(root, folder));
  return {
    root,
    env: {
      PATH: [...folders, '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'),
      LD_LIBRARY_PATH: [join(root, 'usr/lib', architecture), join(root, 'lib', architecture)].join(':'),
      XTABLES_LIBDIR: join(root, 'usr/lib', architecture, 'xtables'),
      DEBOOTSTRAP_DIR: join(root, 'usr/share/debootstrap'),
    },
    path: (program) => join(root, program === 'debootstrap' || program === 'nft' ? 'usr/sbin' : 'usr/bin', program),
  };
}

/** Whether packages are unpacked alone, or with those that they depend on and this system lacks. */
type Scope = 'alone' | 'and what they need';

/** A processor as Debian names it. */
export type DebianArchitecture = 'amd64' | 'arm64';

/**
 * A cache entry whose `root` holds the files of these packages for another processor than this machine's. Their versions are
 * the newest of this system's release.
 */
export async function unpackedFor(
  architecture: DebianArchitecture,
  name: string,
  packages: readonly string[],
): Promise<string> {
  return cached(`${name}-${architecture}`, [await debianRelease(), architecture, ...packages], async (folder) => {
    const [archives, root] = [join(folder, 'archives'), join(folder, 'root')];
    await Promise.all([archives, root].map((path) => mkdir(path, { recursive: true })));
    const foreign = [`APT::Architecture=${architecture}`, `APT::Architectures::=${architecture}`];
    await withOwnLists(folder, [...foreign, 'Dir::State::status=/dev/null'], (own) =>
      downloadBy(own, packages, 'alone', archives),
    );
    await unpackAll(archives, root);
  });
}

/**
 * A cache entry whose `root` holds the files of these packages, at the versions that this system's lists name.
 *
 * @throws Error on a system without Debian packages, saying what to use instead.
 */
export async function unpacked(name: string, packages: readonly string[], scope: Scope): Promise<string> {
  return cached(name, [await debianRelease(), process.arch, scope, ...packages], async (folder) => {
    const [archives, root] = [join(folder, 'archives'), join(folder, 'root')];
    await Promise.all([archives, root].map((path) => mkdir(path, { recursive: true })));
    await download(packages, scope, folder, archives);
    await unpackAll(archives, root);
    if (packages.includes('iptables')) {
      await linkIptables(root);
    }
  });
}

/** @throws Error on a system without Debian packages, saying what to use instead. */
async function debianRelease(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?=.*debian/m.test(release)) {
    throw new Error(
      'the local cluster takes containerd and others from Debian packages, and this is no Debian; ' +
        'use another cluster: IMAGESPEC_CLUSTER=k3s or existing:CONTEXT',
    );
  }
  return /^VERSION_CODENAME=.*$/m.exec(release)?.[0] ?? '';
}

async function unpackAll(archives: string, root: string): Promise<void> {
  for (const archive of await readdir(archives)) {
    await run('dpkg', ['-x', join(archives, archive), root]);
  }
  await rm(archives, { recursive: true });
  await mergeUsr(root);
}

/** Newer packages put everything below `/usr` and count on these links of a merged system (Debian 13, Ubuntu 24.04). */
async function mergeUsr(root: string): Promise<void> {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    if (!existsSync(join(root, folder)) && existsSync(join(root, 'usr', folder))) {
      await symlink(join('usr', folder), join(root, folder));
    }
  }
}

/** Debian's alternatives would make these links when the package is installed. */
async function linkIptables(root: string): Promise<void> {
  const programs = join(root, 'usr', 'sbin');
  for (const family of ['iptables', 'ip6tables']) {
    for (const program of [family, `${family}-save`, `${family}-restore`]) {
      await symlink('xtables-nft-multi', join(programs, program));
    }
  }
}

/** apt's lists may be missing or older than the archive. In that case apt reads them again, into a separate folder. */
async function download(packages: readonly string[], scope: Scope, folder: string, archives: string): Promise<void> {
  try {
    await downloadBy([], packages, scope, archives);
  } catch {
    await withOwnLists(folder, [], (own) => downloadBy(own, packages, scope, archives));
  }
}

/** Lets apt read its lists into a separate folder, which is removed afterwards. */
async function withOwnLists(
  folder: string,
  settings: readonly string[],
  use: (options: readonly string[]) => Promise<void>,
): Promise<void> {
  const lists = join(folder, 'lists');
  await mkdir(join(lists, 'partial'), { recursive: true });
  const own = [`Dir::State::lists=${lists}`, 'Dir::Cache::pkgcache=', 'Dir::Cache::srcpkgcache=', ...settings].flatMap(
    (option) => ['-o', option],
  );
  await run('apt-get', [...own, 'update']);
  await use(own);
  await rm(lists, { recursive: true });
}

async function downloadBy(
  options: readonly string[],
  packages: readonly string[],
  scope: Scope,
  archives: string,
): Promise<void> {
  const more = scope === 'alone' ? [] : await lacking(options, packages);
  await run('apt-get', [...options, 'download', ...new Set([...packages, ...more])], { cwd: archives });
}

/**
 * Names of the packages that apt would newly install for these packages. Mere upgrades are left out: an upgraded C
 * library beside the system's does not run.
 */
async function lacking(options: readonly string[], packages: readonly string[]): Promise<readonly string[]> {
  const plan = await run('apt-get', [...options, '--simulate', '--no-install-recommends', 'install', ...packages]);
  return [...plan.matchAll(/^Inst (\S+) \(/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}
