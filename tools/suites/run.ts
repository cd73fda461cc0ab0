/**
 * Runs suites of tests: `npm test`, `npm run test:full`, `test:affected`, `test:NAME`. Prints which deep suites are behind,
 * and which tests needed a second try. The last line says how many passed and failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { elapsed, say, stage } from '../cluster/progress.ts';
import { startLocal, uniqueName } from '../cluster/start.ts';
import { choose, type Process } from './choose.ts';
import { prepare } from './prepare.ts';
import { behind, keepRecord } from './record.ts';
import { readReport, reportVariable, resultsFolder } from './report.ts';
import { deep, everyday } from './suites.ts';
import { closingLines, type Summary, summarize, together, writeSummary } from './summary.ts';
import { nodeVariable } from './variables.ts';

const root = join(import.meta.dirname, '..', '..');
const [asked = '', ...others] = process.argv.slice(2);

const started = performance.now();
await rm(resultsFolder, { recursive: true, force: true });
const processes = choose(asked, asked === 'affected' ? await behind() : []);
const isEverybodys = processes[0] === everyday;
const summary = isEverybodys && !(await check()) ? failed('npm run check') : await runAll();
await writeSummary(summary);
say(`${elapsed(performance.now() - started)} in all`);
if (isEverybodys) {
  sayBehind((await behind()).map(({ name }) => name));
}
for (const line of closingLines(summary)) {
  console.log(line);
}
process.exitCode = summary.failed.length === 0 ? 0 : 1;

async function check(): Promise<boolean> {
  return stage('static checks', async () => (await command('npm', ['run', '--silent', 'check'], {})) === 0);
}

function failed(what: string): Summary {
  return { passed: 0, failed: [what], skipped: 0, retried: [] };
}

async function runAll(): Promise<Summary> {
  await prepare(new Set(processes.flat().flatMap(({ needs }) => needs)));
  const onNode = processes.flat().some(({ ground }) => ground === 'node');
  const node = onNode ? await startLocal(uniqueName('tests'), 'process') : undefined;
  try {
    const summaries: Summary[] = [];
    for (const suites of processes) {
      summaries.push(await runProcess(suites, node?.name));
    }
    return together(summaries);
  } finally {
    await node?.stop();
  }
}

async function runProcess(suites: Process, node: string | undefined): Promise<Summary> {
  const names = suites.map(({ name }) => name);
  const report = join(resultsFolder, 'reports', `${names.join('-')}.json`);
  const begin = performance.now();
  const argv = ['run', ...names.flatMap((name) => ['--project', name]), ...others];
  const exitCode = await command('vitest', argv, {
    [reportVariable]: report,
    ...(node === undefined ? {} : { [nodeVariable]: node }),
  });
  const summary = summarize(names.join(', '), await readReport(report), exitCode);
  const [suite] = suites;
  // Only a suite that ran whole, and by itself, is recorded.
  if (suite !== undefined && deep.includes(suite) && summary.failed.length === 0 && others.length === 0) {
    const recorded = await keepRecord(suite, summary, (performance.now() - begin) / 1000);
    if (recorded.is === 'written') await command('npm', ['run', '--silent', 'generate'], {});
    say(
      recorded.is === 'written'
        ? `✓ ${suite.name} is recorded: commit test/records/${suite.name}.json and docs/`
        : `  ${suite.name} is not recorded: ${recorded.path} is not committed`,
    );
  }
  return summary;
}

async function command(program: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, argv, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  const [code]: unknown[] = await once(child, 'close');
  return typeof code === 'number' ? code : 1;
}

function sayBehind(names: readonly string[]): void {
  say(
    names.length === 0
      ? 'Every deep suite is current.'
      : `Deep suites behind their record: ${names.join(', ')}. npm run test:affected runs them.`,
  );
}
