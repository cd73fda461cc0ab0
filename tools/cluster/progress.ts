import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setInterval } from 'node:timers';

/** Where progress goes: standard error, so that a command's own output stays clean. */
const out = process.stderr;

/** Where the output is no terminal (a CI log), a stage that runs longer says so again and again. */
const reminderMilliseconds = 30_000;

/** Milliseconds as people read them: `340 ms`, `12.3 s`, `4 min 05 s`. */
export function elapsed(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

const clearRow = '\r\u001B[K';

/** One line of information between stages. */
export function say(line: string): void {
  out.write(out.isTTY ? `${clearRow}${line}\n` : `${line}\n`);
}

/** Reports the progress of a stage in a few words: `812 packages compiled`. */
export type ReportProgress = (detail: string) => void;

/** Stages that run now. */
let running = 0;

/**
 * Runs one stage and shows it: `▸ name …` when it starts, `✓ name (12.3 s)` when it ends, `✗ name (…)` when it throws.
 * On a terminal the seconds count up in place; elsewhere a line every 30 s shows in a log that it still runs.
 * Stages may nest and run side by side. `run` may report its progress; the latest report is shown with the time.
 *
 * @returns what `run` returns; an error of `run` passes through.
 */
export async function stage<T>(name: string, run: (report: ReportProgress) => Promise<T>): Promise<T> {
  const started = performance.now();
  let detail = '';
  const since = () => elapsed(performance.now() - started);
  const state = () => (detail === '' ? since() : `${since()}, ${detail}`);
  // Several moving lines cannot share one terminal row: only a stage that runs alone is drawn in place.
  const drawn = out.isTTY && running === 0;
  running += 1;
  if (!drawn) say(`▸ ${name} …`);
  const timer = drawn
    ? setInterval(() => out.write(`${clearRow}▸ ${name} … ${state()}`), 1000)
    : setInterval(() => say(`▸ ${name} … still running (${state()})`), reminderMilliseconds);
  timer.unref();
  if (drawn) out.write(`▸ ${name} …`);
  let mark = '✗';
  try {
    const value = await run((latest) => {
      detail = latest;
    });
    mark = '✓';
    return value;
  } finally {
    clearInterval(timer);
    running -= 1;
    say(`${mark} ${name} (${since()})`);
  }
}
