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
  return replaced(replaced(page, 'everyday', everydays), 'deep', table(head, rows));
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
