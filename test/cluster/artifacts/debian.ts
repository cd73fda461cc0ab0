import { access, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
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

/** What a node needs that is no Go module, and the libraries that a small Debian lacks. */
const nodePackages = [
  'containerd',
  'runc',
  'containernetworking-plugins',
  'docker-registry',
  'nftables',
  'iptables',
  'conntrack',
  'debootstrap',
  'libbsd0',
  'libedit2',
  'libip4tc2',
  'libip6tc2',
  'libjansson4',
  'libmnl0',
  'libnetfilter-conntrack3',
  'libnfnetlink0',
  'libnftables1',
  'libnftnl11',
  'libseccomp2',
  'libxtables12',
];

const machine = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' } as const;

/** Downloads and unpacks the packages once; nothing on the system changes. */
export async function debianTools(): Promise<DebianTools> {
  const root = join(await unpacked('debian-tools', nodePackages), 'root');
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

/** A cache entry whose `root` holds the files of these packages, at the versions that this system's lists name. */
export async function unpacked(name: string, packages: readonly string[]): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?=.*debian/m.test(release)) {
    throw new Error(
      'the local cluster takes containerd and others from Debian packages, and this is no Debian; ' +
        'use another cluster: IMAGESPEC_CLUSTER=k3s or existing:CONTEXT',
    );
  }
  const stamp = /^VERSION_CODENAME=.*$/m.exec(release)?.[0] ?? '';
  return cached(name, [stamp, process.arch, ...packages], async (folder) => {
    const archives = join(folder, 'archives');
    const root = join(folder, 'root');
    await Promise.all([archives, join(root, 'bin')].map((path) => mkdir(path, { recursive: true })));
    await download(packages, archives);
    for (const archive of await readdir(archives)) {
      await run('dpkg', ['-x', join(archives, archive), root]);
    }
    // Debian's alternatives would make these links when the package is installed.
    const multi = join('..', 'usr', 'sbin', 'xtables-nft-multi');
    if (packages.includes('iptables')) {
      for (const program of [
        'iptables',
        'ip6tables',
        'iptables-save',
        'iptables-restore',
        'ip6tables-save',
        'ip6tables-restore',
      ]) {
        await symlink(multi, join(root, 'bin', program));
      }
    }
  });
}

/** apt's lists may be missing or older than the archive: then they are read anew, into a folder of our own. */
async function download(packages: readonly string[], archives: string): Promise<void> {
  const argv = ['download', ...packages];
  try {
    await run('apt-get', argv, { cwd: archives });
  } catch {
    const lists = join(archives, '..', 'lists');
    await mkdir(join(lists, 'partial'), { recursive: true });
    const own = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache::pkgcache=`, '-o', 'Dir::Cache::srcpkgcache='];
    await access(lists);
    await run('apt-get', [...own, 'update']);
    await run('apt-get', [...own, ...argv], { cwd: archives });
  }
}
