import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../free-ports.ts';

/** A docker-registry process of this machine, plain and open, for loopback only. */
export interface LoopbackRegistry {
  readonly host: string;
  readonly stop: () => Promise<void>;
}

const startMs = 60_000;

/** Runs Debian's docker-registry on a free loopback port over `FOLDER/storage`. */
export async function startRegistry(program: string, folder: string): Promise<LoopbackRegistry> {
  const address = '127.0.0.1';
  const host = `${address}:${(await freePorts(address, 1)).join()}`;
  const config = join(folder, 'registry.yml');
  await mkdir(join(folder, 'storage'), { recursive: true });
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: join(folder, 'storage') } },
      http: { addr: host },
    }),
  );
  const child = spawn(program, ['serve', config], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  if (!(await answers(`http://${host}/v2/`))) {
    await stop();
    throw new Error(`docker-registry does not answer at ${host}; its configuration is ${config}`);
  }
  return { host, stop };
}

async function answers(url: string): Promise<boolean> {
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
