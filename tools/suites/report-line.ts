/** For .ci/run: prints the summary of the report in FILE and fails when anything failed. Arguments: FILE EXIT_CODE. */
import { readFile } from 'node:fs/promises';
import { summarize, summaryLine } from './report.ts';

const [path = '', exitCode = '1'] = process.argv.slice(2);
const summary = summarize(await readReport(path), Number(exitCode));
console.log(summaryLine(summary));
process.exitCode = summary.failed === 0 ? 0 : 1;

/** Undefined when there is no whole report. */
async function readReport(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
