import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Groups of commands, by the test that runs them. */
export const groups = {
  offline: 'tools/docs/offline.test.ts',
  install: 'test/release/install.test.ts',
} as const;
export type Group = keyof typeof groups;

/** What happens to a block of commands: the comment above it says it. */
export type Mark =
  | { readonly is: 'run'; readonly group: Group }
  | { readonly is: 'not run'; readonly reason: string }
  /** The comment is missing or says something else. */
  | { readonly is: 'none' };

/** A block of commands of a page. */
export interface Block {
  /** From the root of the repository. */
  readonly page: string;
  /** Of the fence, from 1. */
  readonly line: number;
  readonly mark: Mark;
  /** Each with its continuation lines. */
  readonly commands: readonly string[];
}

/** The pages whose commands a reader copies. */
function pages(): readonly string[] {
  const guides = readdirSync(join(root, 'docs', 'guides')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...guides.toSorted().map((name) => `docs/guides/${name}`)];
}

/** Every block of commands on these pages. */
export function allBlocks(): readonly Block[] {
  return pages().flatMap((page) => blocksOf(page, readFileSync(join(root, page), 'utf8')));
}

/** The commands of one group, in the order of the pages. */
export function commandsOf(group: Group): readonly { readonly place: string; readonly command: string }[] {
  return allBlocks()
    .filter(({ mark }) => mark.is === 'run' && mark.group === group)
    .flatMap(({ page, line, commands }) => commands.map((command) => ({ place: `${page}:${line}`, command })));
}

/** A fence of `sh` holds commands; one of `console` those behind `$ `, and what they print. */
export function blocksOf(page: string, text: string): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (const [index, line] of lines.entries()) {
    const language = /^\s*```(sh|console)$/.exec(line)?.[1];
    if (language === undefined) {
      continue;
    }
    const end = lines.findIndex((other, at) => at > index && other.trim() === '```');
    const inside = lines.slice(index + 1, end === -1 ? undefined : end);
    blocks.push({
      page,
      line: index + 1,
      mark: markOf(lines.slice(0, index).findLast((other) => other.trim() !== '') ?? ''),
      commands:
        language === 'sh' ? joined(inside) : joined(inside.flatMap((one) => /^\s*\$ (.*)$/.exec(one)?.[1] ?? [])),
    });
  }
  return blocks;
}

function markOf(line: string): Mark {
  const [, group = ''] = /^\s*<!-- run: (\w+) -->$/.exec(line) ?? [];
  if (group === 'offline' || group === 'install') {
    return { is: 'run', group };
  }
  const reason = /^\s*<!-- not run: (.+) -->$/.exec(line)?.[1];
  return reason === undefined ? { is: 'none' } : { is: 'not run', reason };
}

/** Commands without comments and indentation, a line that ends with a backslash with the next. */
function joined(lines: readonly string[]): readonly string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of lines.map((one) => one.trim()).filter((one) => one !== '' && !one.startsWith('#'))) {
    const whole = open === '' ? line : `${open} ${line}`;
    if (whole.endsWith('\\')) {
      open = whole.slice(0, -1).trimEnd();
    } else {
      commands.push(whole);
      open = '';
    }
  }
  return commands;
}
