import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** The result of a run of kubectl. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A kubectl bound to one cluster. `input` is what it reads with `-f -`. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<Outcome>;

/** @param program path of a kubectl that needs no further flags, as a cluster on this machine offers it. */
export function kubectlOf(program: string): Kubectl {
  return async (args, input = '') => {
    const child = spawn(program, args);
    const exitCode = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    // kubectl may end without reading its input, for example on a wrong argument.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { exitCode: await exitCode, stdout, stderr };
  };
}

/** @throws Error with what kubectl said when it fails. */
export async function succeed(outcome: Promise<Outcome>): Promise<string> {
  const { exitCode, stdout, stderr } = await outcome;
  if (exitCode !== 0) {
    throw new Error(`kubectl ended with exit code ${exitCode}: ${stderr}`);
  }
  return stdout;
}
