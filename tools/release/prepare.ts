import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../cluster/artifacts/run.ts';
import { say } from '../cluster/progress.ts';
import { withRelease } from './documents/changelog.ts';
import { root } from './project.ts';

/**
 * Stamps a version: package.json has it, everything else is generated from there; what was unreleased in the changelog becomes
 * its section, with today's date.
 */
export async function prepare(version: string): Promise<void> {
  const path = join(root, 'CHANGELOG.md');
  const day = new Date().toISOString().slice(0, 10);
  const changelog = withRelease(await readFile(path, 'utf8'), version, day);
  await run('npm', ['version', version, '--no-git-tag-version', '--allow-same-version'], { cwd: root });
  await writeFile(path, changelog);
  await run('npm', ['run', '--silent', 'generate'], { cwd: root });
  say(`${version} is stamped. Look at it, commit it, then: git tag v${version}`);
}
