import { spawn } from 'node:child_process';

/** The end of one run of crane. */
export interface CraneResult {
  readonly exitCode: number;
  readonly output: Buffer;
  /** The last line that it printed for people; '' when there is none. */
  readonly lastError: string;
}

/** Bounds of one run: neither a registry nor a layout decides how long it takes and how much it prints. */
export interface CraneBounds {
  /** Bytes of its output; crane is ended when it prints more. */
  readonly outputBytes: number;
  /** Milliseconds; crane is ended after them. null: the Pod's deadline is the only one. */
  readonly timeoutMs: number | null;
}

const errorCharacters = 65_536;

/** Runs the program that `CRANE` names (default `crane`), with `DOCKER_CONFIG` and the proxies of `env`. Never rejects. */
export function runCrane(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { outputBytes, timeoutMs }: CraneBounds,
): Promise<CraneResult> {
  return new Promise((resolve) => {
    const child = spawn(env['CRANE'] ?? 'crane', argv, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let printed = 0;
    let errors = '';
    /** Why this program ended crane. */
    let ended: string | undefined;
    const end = (why: string) => {
      ended ??= why;
      child.kill('SIGKILL');
    };
    const timer = timeoutMs === null ? undefined : setTimeout(() => end(`timeout after ${timeoutMs} ms`), timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.length;
      if (printed > outputBytes) {
        end(`the answer has more than ${outputBytes} bytes`);
      } else {
        chunks.push(chunk);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-errorCharacters);
    });
    const done = (exitCode: number, lastError: string) => {
      clearTimeout(timer);
      resolve({ exitCode, output: Buffer.concat(chunks), lastError });
    };
    child.on('error', (error) => done(1, `crane cannot be started: ${error.message}`));
    child.on('close', (code) => done(code ?? 1, ended ?? errors.trimEnd().split('\n').at(-1) ?? ''));
  });
}
