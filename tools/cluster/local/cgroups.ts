import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** A tree of cgroups: version 2 has one, version 1 one per controller. */
interface Hierarchy {
  readonly folder: string;
  readonly version: 1 | 2;
}

/** Every mounted hierarchy. */
async function hierarchies(): Promise<readonly Hierarchy[]> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).trim().split('\n');
  return mounts.flatMap((mount): readonly Hierarchy[] => {
    // proc_pid_mountinfo(5): the fifth field is the mount point, the file system's type follows the lone "-".
    const [before = '', after = ''] = mount.split(' - ');
    const folder = before.split(' ')[4];
    const type = after.split(' ')[0];
    if (folder === undefined) return [];
    if (type === 'cgroup') return [{ folder, version: 1 }];
    if (type === 'cgroup2') return [{ folder, version: 2 }];
    return [];
  });
}

/**
 * The share of a processor of all Pods together, in that of one process of this machine. As many processes as tests start
 * would otherwise leave a node of a small machine next to nothing: all its Pods then count as one process.
 */
const shareOfPods = 4;

/** Where a version keeps the share, and what it counts as that of one process. */
const shares = { 1: { file: 'cpu.shares', one: 1024 }, 2: { file: 'cpu.weight', one: 100 } } as const;

/** Makes a cgroup of this name at the top of every hierarchy: the kubelet puts its Pods' cgroups below and nowhere else. */
export async function createCgroups(name: string): Promise<void> {
  for (const { folder, version } of await hierarchies()) {
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    if (version === 2) {
      const controllers = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim().split(' ');
      for (const controller of controllers.filter((controller) => controller !== '')) {
        // A controller that cannot be delegated here (realtime in use, bound to version 1) is none that Pods need.
        await writeFile(join(folder, 'cgroup.subtree_control'), `+${controller}`).catch(() => undefined);
        await writeFile(join(own, 'cgroup.subtree_control'), `+${controller}`).catch(() => undefined);
      }
    }
    const { file, one } = shares[version];
    // Version 1 has the file in one of its hierarchies only.
    await access(join(own, file)).then(
      () => writeFile(join(own, file), String(shareOfPods * one)),
      () => undefined,
    );
  }
}

/** Removes the cgroups of this name and all below; their processes must be gone or going. */
export async function removeCgroups(name: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (const { folder } of await hierarchies()) await removeTree(join(folder, name), deadline);
}

async function removeTree(folder: string, deadline: number): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  for (const entry of entries) {
    if (entry.isDirectory()) await removeTree(join(folder, entry.name), deadline);
  }
  for (;;) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      // The kernel frees a cgroup a moment after its last process.
      if (performance.now() > deadline) throw error;
      await sleep(20);
    }
  }
}
