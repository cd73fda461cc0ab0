/**
 * The process that owns one Docker engine. It takes everything down on SIGTERM and when the process
 * that started it is gone: then the channel between the two closes, however that process ended.
 */
import process from 'node:process';
import type { EngineReport } from './messages.ts';
import { runEngine } from './own-engine.ts';

const undo: (() => Promise<void>)[] = [];
let over = false;

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

async function send(report: EngineReport): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((resolve) => process.send?.(report, () => resolve()));
}

/** Undoes everything, also what comes after a step that fails. */
async function end(problem: string | undefined): Promise<void> {
  if (over) return;
  over = true;
  const problems = problem === undefined ? [] : [problem];
  for (const step of undo.toReversed()) {
    await step().catch((error: unknown) => problems.push(`Taking the Docker engine down: ${messageOf(error)}`));
  }
  if (problems.length > 0) await send({ is: 'failed', message: problems.join('\n') });
  process.exit(problems.length === 0 ? 0 : 1);
}

process.on('SIGTERM', () => void end(undefined));
process.on('disconnect', () => void end(undefined));
process.on('uncaughtException', (error) => void end(messageOf(error)));
// Ctrl-C reaches the whole group of a terminal; the process that asked for the engine decides what Ctrl-C means.
process.on('SIGINT', () => undefined);

try {
  const { ended, ...engine } = await runEngine((step) => undo.push(step));
  void ended.then((how) => end(`The Docker engine's ${how}`));
  await send({ is: 'ready', ...engine });
} catch (error) {
  await end(messageOf(error));
}
