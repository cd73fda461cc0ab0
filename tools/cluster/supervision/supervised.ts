import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { debianTools } from '../artifacts/debian.ts';
import type { K3sCluster, Lifetime, LightCluster, LocalCluster } from '../cluster.ts';
import { releaseDeadSlots } from '../local/host-network.ts';
import { say, stage } from '../progress.ts';
import {
  clustersFolder,
  type Description,
  isAlive,
  liveSupervisor,
  type ProcessIdentity,
  readRecord,
  removeFolder,
} from '../state.ts';
import { type Order, report } from './supervisor-messages.ts';

/** A cluster that a supervisor process of this machine runs. */
export type SupervisedCluster = LightCluster | LocalCluster | K3sCluster;

/** A limit for slow machines, not an expectation: most of it is the removal of a node's images. */
const takeDownMilliseconds = 300_000;

/**
 * Starts a cluster with a separate supervisor process.
 *
 * @throws with the last log lines of the component that ended or did not become ready
 */
export async function startSupervised(title: string, name: string, given: Order): Promise<SupervisedCluster> {
  const log = join(given.folder, 'supervisor.log');
  await stage(title, () => superviseUntilReady(given, log));
  const cluster = await attach(name);
  if (cluster === undefined) throw new Error(`The cluster "${name}" went away as soon as it was up; see ${log}`);
  return cluster;
}

async function superviseUntilReady(given: Order, log: string): Promise<void> {
  const descriptor = openSync(log, 'a', 0o600);
  const supervisor = fork(fileURLToPath(new URL('supervisor.ts', import.meta.url)), {
    detached: true,
    execArgv: [],
    stdio: ['ignore', descriptor, descriptor, 'ipc'],
  });
  closeSync(descriptor);
  await new Promise<void>((resolve, reject) => {
    let ready = false;
    supervisor.on('message', (message) => {
      const received = report.parse(message);
      switch (received.is) {
        case 'progress':
          say(`  · ${received.line}`);
          return;
        case 'ready':
          ready = true;
          release(supervisor, given.lifetime);
          resolve();
          return;
        case 'failed':
          if (ready) say(`The cluster in ${given.folder} failed: ${received.message}`);
          reject(new Error(received.message));
      }
    });
    supervisor.once('error', reject);
    supervisor.once('exit', () => reject(new Error(`The cluster's supervisor ended before it was up; see ${log}`)));
    supervisor.send(given);
  });
}

/** The supervisor must not keep this process from ending; for a detached cluster even the channel goes. */
function release(supervisor: ReturnType<typeof fork>, lifetime: Lifetime): void {
  supervisor.unref();
  if (lifetime === 'detached') supervisor.disconnect();
  else supervisor.channel?.unref();
}

/** The running cluster of this name; undefined when there is none. */
export async function attach(name: string): Promise<SupervisedCluster | undefined> {
  const folder = join(clustersFolder(), name);
  const found = await readRecord(folder);
  if (found?.is !== 'ready' || !isAlive(found.supervisor)) return undefined;
  return fromDescription(name, folder, found.cluster);
}

function fromDescription(name: string, folder: string, description: Description): SupervisedCluster {
  return {
    name,
    folder,
    kubeconfig: join(folder, 'kubeconfig'),
    kubectl: join(folder, 'kubectl'),
    stop: () => takeDown(name),
    ...description,
  };
}

/**
 * Takes the cluster of this name down, also one that is just starting, has failed or was killed; nothing happens when
 * there is none.
 *
 * @throws when its supervisor does not end in five minutes, or could not undo something.
 */
export async function takeDown(name: string): Promise<void> {
  const folder = join(clustersFolder(), name);
  const [found, supervisor] = await Promise.all([readRecord(folder), liveSupervisor(folder)]);
  if (supervisor !== undefined) {
    await endProcess(supervisor, join(folder, 'supervisor.log'));
    const left = await readRecord(folder);
    if (left?.is === 'failed' && left.notUndone.length > 0) throw new Error(left.message);
  } else if (found?.provider === 'local') {
    // Its processes died with its supervisor; what it had outside of its namespaces is still there.
    await releaseDeadSlots((await debianTools()).env);
  }
  await removeFolder(folder);
}

async function endProcess(identity: ProcessIdentity, log: string): Promise<void> {
  process.kill(identity.pid, 'SIGTERM');
  const deadline = performance.now() + takeDownMilliseconds;
  while (isAlive(identity)) {
    if (performance.now() > deadline) throw new Error(`The cluster is not down after five minutes; see ${log}`);
    await sleep(20);
  }
}
