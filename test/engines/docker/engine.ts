import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { say, stage } from '../../../tools/cluster/progress.ts';
import type { Possible } from '../../../tools/cluster/providers/choice.ts';
import { type EngineReport, engineReport } from './messages.ts';
import { answers } from './own-engine.ts';

/** A Docker engine for testcontainers, which find it by environment variables of this process. */
export interface Engine {
  /** `existing`: it answered before; `own`: unpacked from Debian's packages and started here. */
  readonly is: 'existing' | 'own';
  /** Takes an own engine down with all its containers; an existing one stays. */
  stop(): Promise<void>;
}

/** Where engines listen by default: dockerd(8), and its rootless mode. */
function defaultSockets(): readonly string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return ['/var/run/docker.sock', ...(runtime === undefined ? [] : [`${runtime}/docker.sock`])];
}

/** Where an engine answers, in words; undefined where none does. */
export async function existingEngine(): Promise<string | undefined> {
  if (process.env['DOCKER_HOST'] !== undefined) return 'the one that DOCKER_HOST names';
  const found = await Promise.all(defaultSockets().map(answers));
  return found.includes(true) ? 'the one that answers on this machine' : undefined;
}

/** Whether an engine is there or can be started here. */
export async function enginePossible(): Promise<Possible> {
  return process.getuid?.() === 0 || (await existingEngine()) !== undefined
    ? { is: 'possible' }
    : { is: 'impossible', because: 'no Docker engine answers, and starting one needs root' };
}

/**
 * The engine that `DOCKER_HOST` names or that answers on a default socket. Else it is one of our own, which lives no longer
 * than this process. Call it before anything else uses testcontainers: they read the variables once.
 *
 * @throws with the last log lines of dockerd, or with what this machine lacks.
 */
export async function dockerEngine(): Promise<Engine> {
  const found = await existingEngine();
  if (found === undefined) return ownEngine();
  say(`Docker engine: ${found}`);
  return { is: 'existing', stop: async () => undefined };
}

/**
 * An engine of our own, whether or not another one answers.
 *
 * @throws as `dockerEngine` does.
 */
export async function ownEngine(): Promise<Engine> {
  const child = fork(fileURLToPath(new URL('engine-process.ts', import.meta.url)), { detached: true, execArgv: [] });
  const ended = once(child, 'exit');
  const ready = await stage('Docker engine', () => firstReport(child));
  // The engine must not keep this process from ending.
  child.unref();
  child.channel?.unref();
  const variables = {
    DOCKER_HOST: ready.endpoint,
    TESTCONTAINERS_HOST_OVERRIDE: ready.address,
    // No registry may be in reach to have its image from, and the containers end with the engine anyway.
    TESTCONTAINERS_RYUK_DISABLED: 'true',
  };
  Object.assign(process.env, variables);
  return {
    is: 'own',
    async stop() {
      for (const name of Object.keys(variables)) delete process.env[name];
      const reports: EngineReport[] = [];
      child.on('message', (message) => reports.push(engineReport.parse(message)));
      child.ref();
      child.kill('SIGTERM');
      await ended;
      for (const report of reports) if (report.is === 'failed') throw new Error(report.message);
    },
  };
}

async function firstReport(child: ReturnType<typeof fork>): Promise<EngineReport & { readonly is: 'ready' }> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      const report = engineReport.parse(message);
      if (report.is === 'ready') resolve(report);
      else reject(new Error(report.message));
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the process of the Docker engine ended before it was up')));
  });
}
