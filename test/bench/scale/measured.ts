import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';

/** What a process has used. */
export interface Usage {
  /** User and system time since its start, in seconds. */
  readonly cpuSeconds: number;
  /** Resident memory now, in MiB. */
  readonly resident: number;
  /** The most resident memory since `forgetPeak`, in MiB. */
  readonly peak: number;
}

/** A program that is measured; Linux only, as it reads /proc. */
export interface Measured {
  /** When it was started, ms since epoch. */
  readonly startedAt: number;
  readonly usage: () => Promise<Usage>;
  readonly forgetPeak: () => Promise<void>;
  /** Ends it, and waits for its end. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
}

/** What is started. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes, appended. */
  readonly log: string;
}

/** Kernels report processor time in this unit to user space (proc(5), USER_HZ). */
const ticksPerSecond = 100;

/** Starts a program; it ends with this process at the latest. */
export async function startMeasured({ command, args, env, log }: Program): Promise<Measured> {
  const output = await open(log, 'a');
  const startedAt = Date.now();
  const child = spawn(command, [...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', output.fd, output.fd],
  });
  const exited = once(child, 'exit');
  const atExit = (): void => void child.kill('SIGKILL');
  process.once('exit', atExit);
  await once(child, 'spawn');
  await output.close();
  const file = (name: string) => `/proc/${child.pid}/${name}`;
  return {
    startedAt,
    usage: async () => {
      if (hasEnded(child)) throw new Error(`${command} has ended by itself; see ${log}`);
      const [stat, status] = await Promise.all([readFile(file('stat'), 'utf8'), readFile(file('status'), 'utf8')]);
      return usageOf(stat, status);
    },
    // proc(5): 5 resets the peak to what is resident now.
    forgetPeak: () => writeFile(file('clear_refs'), '5'),
    end: async (signal) => {
      child.kill(signal);
      await exited;
      process.off('exit', atExit);
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Reads /proc/PID/stat and /proc/PID/status. */
function usageOf(stat: string, status: string): Usage {
  // The second field, the name, is in brackets and may hold spaces; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const mebibytes = (name: string) => {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (kibibytes === undefined) throw new Error(`/proc/PID/status has no ${name}`);
    return Number(kibibytes) / 1024;
  };
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    resident: mebibytes('VmRSS'),
    peak: mebibytes('VmHWM'),
  };
}
