import { join } from 'node:path';
import { z } from 'zod';
import { pythonWith } from '../../../tools/cluster/artifacts/python.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';

const requirements = ['packaging==26.3', 'py-rattler==0.28.0'];
const answers = z.array(z.boolean());

/** Which entries the real parsers take: Python's `packaging` for pip, rattler for conda. */
export async function realAnswers(manager: 'conda' | 'pip', entries: readonly string[]): Promise<readonly boolean[]> {
  const python = await pythonWith('grammar-parsers', requirements);
  const printed = await run(python, [join(import.meta.dirname, 'reference.py')], {
    input: JSON.stringify(entries.map((entry) => [manager, entry])),
  });
  return answers.parse(JSON.parse(printed));
}

/**
 * The packages that apt itself understands these entries to name, in their order. apt knows no package at all here. So it
 * says of each that it cannot find it, and how it reads the name.
 */
export async function aptReadings(entries: readonly string[]): Promise<readonly string[]> {
  const nothing = [
    'Dir::State::lists=/nonexistent',
    'Dir::State::status=/dev/null',
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
  ];
  const options = nothing.flatMap((option) => ['-o', option]);
  // apt ends with an error, which is the answer.
  const script = 'apt-get "$@" 2>&1; true';
  const printed = await run('sh', ['-c', script, 'sh', ...options, '--simulate', 'install', '--', ...entries], {
    env: { LC_ALL: 'C' },
  });
  return [...printed.matchAll(/^E: Unable to locate package (\S+)$/gm)].map(([, name]) => name ?? '');
}
