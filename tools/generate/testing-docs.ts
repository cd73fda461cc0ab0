import { allBlocks, type Block, groups } from '../docs/commands.ts';
import { readRecord, type SuiteRecord } from '../suites/record.ts';
import { deep, everyday, type Suite } from '../suites/suites.ts';
import { code, table } from './markdown.ts';
import { replaced } from './measured-docs.ts';

/** docs/testing.md with its tables of suites: what each proves, and when a deep one last ran green. */
export async function withSuites(page: string): Promise<string> {
  const records = await Promise.all(deep.map(({ name }) => readRecord(name)));
  const rows = deep.map((suite, index) => cells(suite).concat(recordCells(records[index])));
  const head = ['command', 'what it proves', 'last green run', 'tests', 'minutes', 'needed a second try'];
  const everydays = table(['suite', 'what it proves'], everyday.map(cells));
  return [
    ['everyday', everydays],
    ['deep', table(head, rows)],
    ['commands', commandsTable(allBlocks())],
  ].reduce((text, [name = '', content = '']) => replaced(text, name, content), page);
}

/** How many commands of README.md and the guides are run, by which test, and why the others are not. */
function commandsTable(blocks: readonly Block[]): string {
  const counts = new Map<string, number>();
  for (const { mark, commands, page } of blocks) {
    const fate =
      mark.is === 'run' ? `run by ${code(groups[mark.group])}` : `not run: ${mark.is === 'none' ? '' : mark.reason}`;
    const key = `${page}\n${fate}`;
    counts.set(key, (counts.get(key) ?? 0) + commands.length);
  }
  const rows = [...counts].map(([key, count]) => key.split('\n').concat(String(count)));
  const sum = (start: string) =>
    rows.filter(([, fate = '']) => fate.startsWith(start)).reduce((total, row) => total + Number(row.at(-1)), 0);
  return `${sum('run')} commands are run, ${sum('not run')} are not:\n\n${table(['page', 'commands', 'number'], rows)}`;
}

function cells({ name, proves }: Suite): readonly string[] {
  return [code(`npm run test:${name}`), proves];
}

function recordCells(record: SuiteRecord | undefined): readonly string[] {
  if (record === undefined) return ['never recorded', '', '', ''];
  const skipped = record.skipped === 0 ? '' : `, ${record.skipped} skipped`;
  const minutes = (record.seconds / 60).toFixed(1);
  return [
    `${record.date}, ${record.machine}`,
    `${record.passed} passed${skipped}`,
    minutes,
    String(record.retried.length),
  ];
}
