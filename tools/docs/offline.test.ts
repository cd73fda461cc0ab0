import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cluster/artifacts/run.ts';
import { commandsOf } from './commands.ts';

/** A folder in which a reader copies the commands, one after the other: the samples, and a kubectl that has the plugin. */
let folder: string;
const root = join(import.meta.dirname, '..', '..');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imagespec-docs-'));
  symlinkSync(join(root, 'deploy'), join(folder, 'deploy'));
  mkdirSync(join(folder, 'bin'));
  const program = `exec "${process.execPath}" "${join(root, 'src', 'cli', 'main.ts')}" "$@"`;
  const script = `#!/bin/sh\n[ "$1" = imagespec ] || { echo "offline, kubectl has only its plugin" >&2; exit 1; }\nshift\n${program}\n`;
  writeFileSync(join(folder, 'bin', 'kubectl'), script, { mode: 0o755 });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the commands of README.md and the guides that need no cluster', () => {
  it.each(commandsOf('offline').map(({ place, command }) => [place, command] as const))(
    '%s: %s',
    async (_, command) => {
      const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, KUBECONFIG: '/dev/null' };
      // Fails with the command's words when it ends with another code than 0.
      expect(typeof (await run('sh', ['-ec', command], { cwd: folder, env }))).toBe('string');
    },
  );
});
