import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Called with each line of standard error. */
  readonly onErrorLine?: (line: string) => void;
}

const keptOutput = 16_384;

/**
 * Runs a program to its end.
 * @returns its standard output
 * @throws Error with the last lines of its output when it fails or cannot be started
 */
export function run(program: string, argv: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let tail = '';
    // A character may come in two chunks.
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      tail = (tail + chunk).slice(-keptOutput);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString('utf8')).slice(-keptOutput);
    });
    if (options.onErrorLine !== undefined) {
      createInterface({ input: child.stderr }).on('line', options.onErrorLine);
    }
    child.on('error', (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) {
        resolve(output);
        return;
      }
      const lines = tail.trimEnd().split('\n').slice(-20).join('\n');
      reject(new Error(`${program} ${argv.slice(0, 3).join(' ')} ended with exit code ${code ?? 'none'}:\n${lines}`));
    });
    // A program that ends without reading its input closes the pipe; its exit code shows what is wrong.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}
