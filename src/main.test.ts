import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');

function run(...argv: readonly string[]): { readonly code: number | null; readonly err: string } {
  const ran = spawnSync(process.execPath, [main, ...argv], {
    env: { ...process.env, IMAGESPEC_CONFIG: '/nowhere/config.yaml' },
    encoding: 'utf8',
  });
  return { code: ran.status, err: ran.stderr };
}

it.each([
  [['operator', '--log-format', 'loud']],
  [['operator', '--log-format']],
  [['operator', '--verbose']],
  [['operator', 'now']],
])('refuses %j and says what there is', (argv) => {
  expect(run(...argv)).toEqual({ code: 2, err: 'usage: main.js operator [--log-format json|pretty]\n' });
});

it('reads its configuration once it knows how to write its log', () => {
  expect(run('operator', '--log-format=pretty')).toEqual({
    code: 2,
    err: expect.stringContaining('/nowhere/config.yaml: ENOENT'),
  });
});
