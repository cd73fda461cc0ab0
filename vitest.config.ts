import { defineConfig } from 'vitest/config';
import { SuiteReporter } from './tools/suites/reporter.ts';
import { deep, everyday, type Suite, setups } from './tools/suites/suites.ts';

/** Limits for slow machines, no expectations: above those of the steps within. */
const limits = {
  own: { testTimeout: 120_000, hookTimeout: 300_000 },
  apiServer: { testTimeout: 120_000, hookTimeout: 240_000 },
  node: { testTimeout: 600_000, hookTimeout: 600_000 },
} as const;

/** Much of these suites is waiting for a cluster: three files at a time keep two processors at work. */
const sideBySide = { fileParallelism: true, maxWorkers: 3 };

/** Files that run side by side, by suite. Those of deep suites share what only one may change: ports, the operator's settings. */
const parallel: Readonly<Record<string, object>> = {
  unit: {},
  // A worker loads the client library once for all of its files: for each, it would cost a fifth of the run.
  integration: { ...sideBySide, isolate: false },
  core: sideBySide,
};

/** Suites of one order run together. */
const together: Readonly<Record<string, number>> = { unit: 0, integration: 1, core: 1 };

function project({ name, include, ground, retry }: Suite, order: number) {
  return {
    test: {
      name,
      include: [...include],
      globalSetup: [...setups[ground]],
      sequence: { groupOrder: together[name] ?? order },
      retry,
      // Builds side by side, where a file has them so.
      maxConcurrency: 8,
      ...limits[ground],
      ...(parallel[name] ?? { fileParallelism: false }),
    },
  };
}

export default defineConfig({
  test: {
    restoreMocks: true,
    reporters: ['default', new SuiteReporter()],
    projects: [...everyday, ...deep].map(project),
  },
});
