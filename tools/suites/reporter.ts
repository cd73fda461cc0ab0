import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import type { Reporter, TestModule } from 'vitest/node';
import { type FileReport, writeReport } from './report.ts';

/** The kernel counts processor time in hundredths of a second for programs. */
const ticksPerSecond = 100;

/** Counts tests by file and suite, with the time each file took and the work of the machine meanwhile. */
export class SuiteReporter implements Reporter {
  readonly #starts = new Map<string, { readonly at: number; readonly busy: number }>();
  readonly #times = new Map<string, Pick<FileReport, 'seconds' | 'busySeconds'>>();

  onTestModuleQueued(module: TestModule): void {
    this.#starts.set(module.id, { at: performance.now(), busy: busySeconds() });
  }

  onTestModuleEnd(module: TestModule): void {
    const start = this.#starts.get(module.id);
    if (start === undefined) return;
    this.#times.set(module.id, {
      seconds: rounded((performance.now() - start.at) / 1000),
      busySeconds: rounded(busySeconds() - start.busy),
    });
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const files = modules.map((module) => ({
      ...counted(module),
      ...(this.#times.get(module.id) ?? { seconds: 0, busySeconds: 0 }),
    }));
    await writeReport({ files });
  }
}

function counted(module: TestModule): Omit<FileReport, 'seconds' | 'busySeconds'> {
  const tests = [...module.children.allTests()];
  const path = relative(process.cwd(), module.moduleId);
  const named = (wanted: readonly (typeof tests)[number][]) => wanted.map(({ fullName }) => `${path}: ${fullName}`);
  const failed = tests.filter((test) => test.result().state === 'failed');
  const passed = tests.filter((test) => test.result().state === 'passed');
  const failedOutside = failed.length === 0 && module.state() === 'failed';
  return {
    suite: module.project.name,
    path,
    passed: passed.length,
    skipped: tests.length - passed.length - failed.length,
    failed: failedOutside ? [path] : named(failed),
    retried: named(passed.filter((test) => (test.diagnostic()?.retryCount ?? 0) > 0)),
  };
}

/** Time that all processors together have worked since the machine started. */
function busySeconds(): number {
  const [, user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] =
    readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/).map(Number) ?? [];
  return (user + nice + system + interrupts + softInterrupts) / ticksPerSecond;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
