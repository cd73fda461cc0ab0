import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allBlocks, blocksOf, commandsOf, groups } from './commands.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the commands of README.md and the guides', () => {
  it('are each run by a test, or say why not', () => {
    const silent = allBlocks().filter(({ mark }) => mark.is === 'none');
    expect(silent.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });

  it('are run by tests that are there', () => {
    expect(Object.values(groups).filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(commandsOf('offline').length).toBeGreaterThan(5);
    expect(commandsOf('install').length).toBeGreaterThan(3);
  });

  it('are read with their continuation lines, without what they print', () => {
    const text = `
<!-- run: offline -->

\`\`\`sh
# a comment
one --flag \\
  --other
two
\`\`\`

   <!-- not run: it needs a Hub -->

   \`\`\`console
   $ three
   what it prints
   $ four
   \`\`\`

\`\`\`sh
five
\`\`\`

\`\`\`yaml
six: 6
\`\`\`
`;
    expect(blocksOf('p', text).map(({ mark, commands }) => [mark, commands])).toEqual([
      [{ is: 'run', group: 'offline' }, ['one --flag --other', 'two']],
      [{ is: 'not run', reason: 'it needs a Hub' }, ['three', 'four']],
      [{ is: 'none' }, ['five']],
    ]);
  });
});
