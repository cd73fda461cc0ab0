import { spawn } from 'node:child_process';
import process from 'node:process';
import { text } from 'node:stream/consumers';

/**
 * Runs a short program and gives its standard output.
 *
 * @throws with what it wrote to standard error when it fails.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly input: string } = { env: process.env, input: '' },
): Promise<string> {
  const child = spawn(command, args, { env: options.env });
  const exitCode = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // A program that ends without reading its input tells why by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exitCode]);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with exit code ${code}: ${stderr.trim()}`);
  return stdout;
}
