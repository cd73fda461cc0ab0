import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../project.ts';
import { noticeOf, packagesOf } from './licences.ts';

const modules = join(root, 'node_modules');

describe('the licences of a bundle', () => {
  it('are those of the packages that its modules are from, each once', async () => {
    const packages = await packagesOf([
      join(modules, 'zod', 'v4', 'index.js'),
      `\0${join(modules, 'zod', 'v4', 'core.js')}?commonjs`,
      join(modules, '@kubernetes', 'client-node', 'dist', 'index.js'),
      join(root, 'src', 'main.ts'),
      '\0rolldown/runtime.js',
    ]);
    expect(packages.map(({ name, license }) => [name, license])).toEqual([
      ['@kubernetes/client-node', 'Apache-2.0'],
      ['zod', 'MIT'],
    ]);
    const notice = noticeOf(packages);
    expect(notice).toContain('Permission is hereby granted');
    expect(notice.split('\n')).toContain(`zod ${packages[1]?.version ?? ''} (MIT)`);
  });

  it('name the innermost package', async () => {
    const [nested] = await packagesOf([join('node_modules', 'x', '..', '..', 'node_modules', 'yaml', 'dist', 'a.js')]);
    expect(nested?.name).toBe('yaml');
  });
});
