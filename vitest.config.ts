import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SuiteReporter } from './tools/suites/reporter.ts';
import { deep, everyday, type Suite, setups } from './tools/suites/suites.ts';

/** Limits for slow machines, no expectations: above those of the steps within. */
const limits = {
  own: { testTimeout: 120_000, hookTimeout: 300_000 },
  apiServer: { testTimeout: 120_000, hookTimeout: 240_000 },
  node: { testTimeout: 600_000, hookTimeout: 600_000 },
} as const;

/** Much of these suites is waiting for a cluster: one file more than there are processors keeps them at work. */
const sideBySide = { fileParallelism: true, maxWorkers: availableParallelism() + 1 };

/** Vitest by itself leaves one processor idle. */
const besideEachOther = { fileParallelism: true, maxWorkers: availableParallelism() };

/** Files that run side by side, by suite. Those of deep suites share what only one may change: ports, the operator's settings. */
const parallel: Readonly<Record<string, object>> = {
  unit: besideEachOther,
  argocd: besideEachOther,
  // A worker loads the client library once for all of its files: for each, it would cost a fifth of the run.
  integration: { ...sideBySide, isolate: false },
  core: sideBySide,
};

/** Suites of one order run together. From 1 on: what has order 0 and one worker, vitest puts behind everything else. */
const together: Readonly<Record<string, number>> = { unit: 1, argocd: 1, integration: 2, core: 2 };

function project({ name, include, ground, retry }: Suite, order: number) {
  return {
    test: {
      name,
      include: [...include],
      globalSetup: [...setups[ground]],
      sequence: { groupOrder: together[name] ?? order + 1 },
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
