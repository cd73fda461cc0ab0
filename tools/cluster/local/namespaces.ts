import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import type { ComponentSpec } from '../supervision/component.ts';

/** Network, mount, process, host name and IPC namespaces of a node. */
export interface Namespaces {
  /** The process on this machine whose network namespace is the node's. */
  readonly pid: number;
  /** The same program, run inside. */
  enter(spec: ComponentSpec): ComponentSpec;
  /** Ends every process inside and waits until all are gone; mounts and interfaces go with them. */
  close(): Promise<void>;
}

/** kill(2): the process group of the caller; a supervisor leads one, and its components are in it. */
const ownGroup = 0;

const resumeMilliseconds = 200;

/**
 * Makes a node's namespaces. They die with this process: the first process inside gets SIGKILL from the kernel when
 * unshare ends, and unshare when this process does.
 *
 * @throws when the kernel refuses (not root, or a container without the right to mount).
 */
export async function createNamespaces(folder: string, hostName: string): Promise<Namespaces> {
  await copyFile(await resolverFile(), join(folder, 'resolv.conf'));
  const log = join(folder, 'namespaces.log');
  const unshare = ['unshare', '--net', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child'];
  const init = ['sh', fileURLToPath(new URL('init.sh', import.meta.url)), folder, hostName];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...unshare, ...init]);
  child.stderr.pipe(createWriteStream(log, { mode: 0o600 }));
  const ended = once(child, 'exit');
  const ready = once(child.stdout, 'data').then(() => true);
  const { pid } = child;
  if (pid === undefined || !(await Promise.race([ready, ended.then(() => false)]))) {
    throw new Error(
      "The node's namespaces cannot be made; this needs root with all capabilities, as on a machine of one's own or in a " +
        `privileged container:\n${await readFile(log, 'utf8')}`,
    );
  }
  const namespaces = ['net', 'uts', 'ipc'].map((kind) => `--${kind}=/proc/${pid}/ns/${kind}`);
  // unshare itself stays outside of the new process namespace: only its children are in it.
  const entry = [...namespaces, `--mount=/proc/${pid}/ns/mnt`, `--pid=/proc/${pid}/ns/pid_for_children`];
  return {
    pid,
    enter: (spec) => ({ ...spec, command: 'nsenter', args: [...entry, '--', spec.command, ...spec.args] }),
    async close() {
      child.stdin.end();
      // A namespace is gone when a parent has reaped each of its processes; those that wait for a component are outside
      // of it, and whoever stopped the component (SIGSTOP) has stopped them too: nsenter does as its child does.
      const resuming = setInterval(() => process.kill(ownGroup, 'SIGCONT'), resumeMilliseconds);
      await ended;
      clearInterval(resuming);
    },
  };
}

/** resolv.conf with name servers that can be reached from another network namespace. */
async function resolverFile(): Promise<string> {
  const usual = '/etc/resolv.conf';
  const isLocal = /^nameserver\s+(127\.|::1)/m.test(await readFile(usual, 'utf8'));
  // systemd-resolved listens on the loopback address and keeps the real servers here (systemd-resolved(8)).
  return isLocal ? '/run/systemd/resolve/resolv.conf' : usual;
}
