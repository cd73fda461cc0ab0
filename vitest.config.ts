import { defineConfig } from 'vitest/config';
import { SuiteReporter } from './tools/suites/reporter.ts';
import { deep, everyday, type Suite, setups } from './tools/suites/suites.ts';

/** Limits for slow machines, no expectations: above those of the steps within. */
const limits = {
  own: { testTimeout: 120_000, hookTimeout: 300_000 },
  apiServer: { testTimeout: 120_000, hookTimeout: 240_000 },
  node: { testTimeout: 600_000, hookTimeout: 600_000 },
} as const;

/** Files that run side by side. Those of deep suites share what only one may change: ports, the operator's settings. */
const parallel: Readonly<Record<string, object>> = {
  unit: {},
  // More than vitest takes on a small machine: these tests wait for the API server more than they work.
  integration: { maxWorkers: 3 },
};

function project({ name, include, ground, retry }: Suite, order: number) {
  return {
    test: {
      name,
      include: [...include],
      globalSetup: [...setups[ground]],
      sequence: { groupOrder: order },
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
