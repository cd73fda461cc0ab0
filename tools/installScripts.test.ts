import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFile(join(root, path), 'utf8');
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), hasInstallScript: z.boolean().default(false) }),
  ),
});
const ownSchema = z.object({ allowScripts: z.record(z.string(), z.boolean()) });

/** An install script is code of strangers that runs on every developer's machine, before any test. */
describe('install scripts of dependencies', () => {
  it('do not run: npm has that setting, and only Node.js is installed by its own', async () => {
    expect(await read('.npmrc')).toContain('ignore-scripts=true\n');
    const rebuilt = [...(await read('tools/dependencies.sh')).matchAll(/^ *npm (.*--ignore-scripts=false.*)$/gm)];
    expect(rebuilt.map(([, command]) => command)).toEqual(['rebuild node --ignore-scripts=false --loglevel=error >&2']);
  });

  it('are decided on one by one, so that another one is noticed', async () => {
    const { packages } = lockSchema.parse(JSON.parse(await read('package-lock.json')));
    const { allowScripts } = ownSchema.parse(JSON.parse(await read('package.json')));
    const withScripts = Object.entries(packages).flatMap(([path, { version, hasInstallScript }]) =>
      hasInstallScript ? [{ name: path.replace(/^.*node_modules\//, ''), version }] : [],
    );
    const decided = Object.fromEntries(
      withScripts.map(({ name, version }) => (name === 'node' ? [`node@${version}`, true] : [name, false])),
    );
    expect(allowScripts).toEqual(decided);
  });
});
