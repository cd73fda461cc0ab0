import { defineConfig } from 'vitest/config';
import { deep, everyday, type Suite } from './tools/suites/suites.ts';

/** Limits for slow machines, no expectations: above those of the steps within. */
const limits = {
  none: { testTimeout: 60_000, hookTimeout: 240_000 },
  apiServer: { testTimeout: 120_000, hookTimeout: 240_000 },
  node: { testTimeout: 600_000, hookTimeout: 600_000 },
} as const;

function project({ name, include, ground }: Suite, order: number) {
  return {
    test: {
      name,
      include: [...include],
      sequence: { groupOrder: order },
      ...limits[ground],
      ...(name === 'unit' ? {} : { fileParallelism: false }),
      ...(ground === 'node' ? { globalSetup: ['test/node/setup.ts'], maxConcurrency: 8 } : {}),
    },
  };
}

/** One report for `.ci/run`. */
export default defineConfig({
  test: {
    restoreMocks: true,
    reporters: ['default', ['json', { outputFile: 'test-results/report.json' }]],
    projects: [...everyday, ...deep].map(project),
  },
});
