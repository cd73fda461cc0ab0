import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/kubernetes/client/connection.ts';
import { kubernetesBinaries } from '../../../tools/cluster/artifacts/binaries.ts';
import { debianTools } from '../../../tools/cluster/artifacts/debian.ts';
import { startRegistry } from '../../../tools/cluster/artifacts/registry.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import { freePorts } from '../../../tools/cluster/free-ports.ts';
import { say } from '../../../tools/cluster/progress.ts';
import { untilServed } from '../../../tools/cluster/served.ts';
import { startLight } from '../../../tools/cluster/start.ts';
import { eventually } from '../../../tools/eventually.ts';
import { type Ground, memoryLimit, policy, scrape } from './ground.ts';
import { openHostileRegistry } from './registry.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const loopback = '127.0.0.1';
const operatorLog = 'operator.log';

/**
 * API server and controllers without a node, and the operator's bundle as a process of its own. An applied ImageSpec goes
 * the same way to its Job as on a node. No build takes processor time. No build ends either: the hostile ones hold their
 * slots all the while.
 */
export async function openApiServerGround(): Promise<Ground> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.toReversed())
      await step().catch((error: unknown) => say(`while stopping: ${String(error)}`));
  };
  try {
    const cluster = await startLight('hostile');
    undo.push(() => cluster.stop());
    const folder = await mkdtemp(join(tmpdir(), 'bench-hostile-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const plain = await startRegistry((await debianTools()).path('docker-registry'), folder);
    undo.push(() => plain.stop());
    const evil = await openHostileRegistry(loopback, 0);
    undo.push(() => evil.stop());
    const slow = await openHostileRegistry(loopback, 0);
    undo.push(() => slow.stop());
    const admin = connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'bench' });
    undo.push(() => admin.close());
    const base = `${plain.host}/bench/base:1`;
    await pushBase(folder, base);
    await run(cluster.kubectl, ['create', '-f', join(root, 'deploy', 'install.yaml')]);
    await untilServed(cluster.kubectl);
    const limit = await memoryLimit();
    const operator = await startOperatorProcess(folder, cluster.kubeconfig, limit, [plain.host, evil.host, slow.host]);
    undo.push(() => operator.stop());
    return {
      is: 'an API server without nodes',
      admin,
      runsPods: false,
      base,
      evil,
      slow,
      memoryLimit: limit,
      health: async () => ({ restarts: operator.restarts(), metrics: await scrape(operator.metrics) }),
      operatorLog: () => readFile(join(folder, operatorLog), 'utf8'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An image of one small file. */
async function pushBase(folder: string, reference: string): Promise<void> {
  const { crane } = await kubernetesBinaries();
  await writeFile(join(folder, 'content'), 'base');
  const layer = join(folder, 'layer.tar');
  await run('tar', ['-C', folder, '-cf', layer, 'content']);
  await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', layer, '-t', reference]);
  await run(crane, ['mutate', '--insecure', '--set-platform=linux/amd64', '-t', reference, reference]);
}

interface OperatorProcess {
  readonly metrics: string;
  readonly restarts: () => number;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the operator's bundle, again whenever it ends, as the kubelet would.
 * @param limit memory in MiB: of a container with it, Node.js gives half to the heap
 */
async function startOperatorProcess(
  folder: string,
  kubeconfig: string,
  limit: number,
  [plain = '', ...insecure]: readonly string[],
): Promise<OperatorProcess> {
  await run(join(root, 'node_modules', '.bin', 'rolldown'), ['--config', 'rolldown.config.ts'], { cwd: root });
  const [port = 0] = await freePorts(loopback, 1);
  const config = join(folder, 'config.yaml');
  await writeFile(
    config,
    JSON.stringify({
      images: { operator: 'example.com/operator:1' },
      output: { repositoryTemplate: `${plain}/imagespecs/{namespace}/{name}` },
      registries: { insecure: [plain, ...insecure] },
      policy,
    }),
  );
  const log = createWriteStream(join(folder, operatorLog));
  const heap = `--max-old-space-size=${Math.floor(limit / 2)}`;
  let ends = 0;
  let stopping = false;
  let child: ChildProcess;
  const start = (): void => {
    child = spawn(process.execPath, [heap, join(root, 'dist', 'main.js'), 'operator'], {
      env: {
        ...process.env,
        KUBECONFIG: kubeconfig,
        IMAGESPEC_CONFIG: config,
        IMAGESPEC_HEALTH_PORT: String(port),
        POD_NAMESPACE: 'imagespec-operator-system',
        POD_NAME: 'bench',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('exit', (code, signal) => {
      if (stopping) return;
      ends += 1;
      say(`the operator ended (${code ?? signal}) and starts again`);
      setTimeout(start, 1_000);
    });
  };
  start();
  const stop = async (): Promise<void> => {
    stopping = true;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await exited;
      clearTimeout(timer);
    }
    log.end();
  };
  const metrics = `http://${loopback}:${port}/metrics`;
  try {
    await eventually('the operator answers', 60, () => scrape(metrics));
  } catch (error) {
    await stop();
    throw new Error(`the operator does not start:\n${await readFile(join(folder, operatorLog), 'utf8')}`, {
      cause: error,
    });
  }
  return { metrics, restarts: () => ends, stop };
}
