/** For .ci/run: ends its output with the closing lines of the run, and with its result. Argument: exit code of the run. */
import process from 'node:process';
import { closingLines, readSummary } from './summary.ts';

const [exitCode = '1'] = process.argv.slice(2);
const summary = await readSummary();
const unexplained = summary.failed.length === 0 && exitCode !== '0';
const whole = unexplained ? { ...summary, failed: [`the run ended with exit code ${exitCode}`] } : summary;
for (const line of closingLines(whole)) {
  console.log(line);
}
process.exitCode = whole.failed.length === 0 ? 0 : 1;
