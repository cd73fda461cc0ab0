import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** A long-running program of a cluster. */
export interface ComponentSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** A component that was started. */
export interface Component {
  readonly name: string;
  readonly pid: number;
  /** Path of everything it wrote. */
  readonly log: string;
  /** How it ended, in words; settles never before it ended. */
  readonly ended: Promise<string>;
  /** Kills it and waits until it is gone. */
  kill(): Promise<void>;
}

/** How many of a component's last log lines an error quotes. */
const quotedLines = 15;

/**
 * Starts a component with its output in `FOLDER/NAME.log`. It dies with this process, however that ends:
 * setpriv asks the kernel for SIGKILL on the parent's death.
 *
 * @throws when the program cannot be run at all.
 */
export async function startComponent(folder: string, spec: ComponentSpec): Promise<Component> {
  const log = join(folder, `${spec.name}.log`);
  const descriptor = openSync(log, 'a', 0o600);
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', spec.command, ...spec.args], {
    cwd: folder,
    env: spec.env,
    stdio: ['ignore', descriptor, descriptor],
  });
  closeSync(descriptor);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(code === null ? `was ended by ${signal}` : `ended with exit code ${code}`),
    );
    child.once('error', (error) => resolve(`cannot be run: ${error.message}`));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${spec.name} ${await ended}`);
  return {
    name: spec.name,
    pid,
    log,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The last lines of a log file, indented. */
async function lastLines(file: string): Promise<string> {
  const bytes = 16 * 1024;
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(bytes),
      position: Math.max(0, size - bytes),
    });
    const lines = buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n');
    return lines
      .slice(-quotedLines)
      .map((line) => `    ${line}`)
      .join('\n');
  } finally {
    await handle.close();
  }
}

/** The fault of a component, with the end of its log. */
export async function componentError(component: Component, problem: string): Promise<Error> {
  return new Error(`${component.name} ${problem}. The end of ${component.log}:\n${await lastLines(component.log)}`);
}

/**
 * Asks `probe` until it says that the component is ready.
 *
 * @param probe resolves to undefined when ready, else to what is still missing; a rejection counts as "not yet".
 * @param withinMilliseconds after this the component counts as broken.
 * @throws with the last lines of its log when the component ends or the time is over.
 */
export async function untilReady(
  component: Component,
  probe: () => Promise<string | undefined>,
  withinMilliseconds: number,
): Promise<void> {
  const deadline = performance.now() + withinMilliseconds;
  let end: string | undefined;
  void component.ended.then((how) => {
    end = how;
  });
  for (;;) {
    const missing = await probe().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (missing === undefined) return;
    if (end !== undefined) throw await componentError(component, `${end} before it was ready`);
    if (performance.now() > deadline) {
      const seconds = Math.round(withinMilliseconds / 1000);
      throw await componentError(component, `was not ready within ${seconds} s (${missing})`);
    }
    await sleep(50);
  }
}
