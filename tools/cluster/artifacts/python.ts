import { join } from 'node:path';
import { cached } from './cache.ts';
import { run } from './run.ts';

/**
 * The interpreter of a virtual environment that holds these packages. It is made from the package index when the cache lacks
 * it. Run programs as modules (`-m`): those of an environment that was renamed name the old folder.
 */
export async function pythonWith(name: string, packages: readonly string[]): Promise<string> {
  const version = await run('python3', ['--version']);
  const folder = await cached(name, [version, ...packages], async (draft) => {
    await run('python3', ['-m', 'venv', draft]);
    await run(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-input', ...packages]);
  });
  return join(folder, 'bin', 'python');
}
