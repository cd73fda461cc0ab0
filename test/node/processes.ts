import { readdir, readFile } from 'node:fs/promises';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';

/** Processes of this machine, found by what they are. */
export interface Processes {
  readonly signal: (name: NodeJS.Signals) => void;
}

/**
 * The kubelet of a node, and the program that brought it into the node's namespaces: nsenter, which stops itself when it
 * finds its child stopped. So the child, which is younger, has to go on before it.
 */
export function kubeletOf({ folder }: LocalCluster): Promise<Processes> {
  return find(async (pid) => (await commandOf(pid)).includes(`--config=${folder}/kubelet.yaml`));
}

/** The operator's own process in its one Pod. */
export async function operatorOf({ kubectl }: LocalCluster): Promise<Processes> {
  const pods = ['-n', 'imagespec-operator-system', 'get', 'pods', '-l', 'app.kubernetes.io/name=imagespec-operator'];
  const uid = await run(kubectl, [...pods, '-o', 'jsonpath={.items[0].metadata.uid}']);
  return find(
    async (pid) =>
      (await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')).includes(`pod${uid}`) &&
      (await commandOf(pid)).includes('operator'),
  );
}

async function commandOf(pid: number): Promise<string> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.replaceAll('\0', ' ');
}

async function find(matches: (pid: number) => Promise<boolean>): Promise<Processes> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(pids.map(async (pid) => ((await matches(pid)) ? [pid] : [])));
  const chosen = found.flat();
  if (chosen.length === 0) {
    throw new Error('no such process runs');
  }
  return {
    signal: (name) => {
      for (const pid of chosen.toReversed()) {
        process.kill(pid, name);
      }
    },
  };
}
