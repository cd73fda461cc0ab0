import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Door } from './door.ts';
import type { Run } from './run.ts';
import { soon } from './soon.ts';
import { faithful } from './watchLines.ts';
import type { World } from './world.ts';

const program = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');

/** An operator in a process of its own, which leads, and which signals reach. */
export interface Replica {
  readonly signal: (name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL') => void;
  /** Exit code of its end. */
  readonly ended: Promise<number | null>;
  readonly stop: () => Promise<void>;
}

/** Starts one for the namespace of a run, and waits until it leads. */
export async function startReplica({ upstream }: World, run: Run): Promise<Replica> {
  const folder = await mkdtemp(join(tmpdir(), 'replica-'));
  const door = await Door.open({
    upstream,
    writes: run.writes,
    rewrite: (path) => path,
    outage: () => null,
    leapt: () => 0,
    watch: faithful,
    asked: () => undefined,
  });
  const [kubeconfig, config] = [join(folder, 'kubeconfig'), join(folder, 'config.yaml')];
  await Promise.all([writeFile(kubeconfig, door.kubeconfig), writeFile(config, run.settings)]);
  const child = spawn(process.execPath, [program, 'operator'], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      KUBECONFIG: kubeconfig,
      IMAGESPEC_CONFIG: config,
      IMAGESPEC_HEALTH_PORT: '0',
      POD_NAMESPACE: run.namespace,
      POD_NAME: 'replica',
    },
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  await soon(`${run.namespace}: the replica leads`, () => door.leads === 'yes');
  return {
    signal: (name) => child.kill(name),
    ended,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await door.close();
      await rm(folder, { recursive: true });
    },
  };
}
