import { defineConfig } from 'vitest/config';

/** On a shared machine a real cluster may fail a test by being slow: once more, and no more. The report tells of it. */
const retry = process.env['CI'] === 'true' ? 1 : 0;

/** One run, cheapest first; one report for `.ci/run`. */
export default defineConfig({
  test: {
    restoreMocks: true,
    reporters: ['default', ['json', { outputFile: 'test-results/report.json' }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/support/**/*.test.ts'],
          sequence: { groupOrder: 0 },
          // A limit for slow machines, no expectation.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/cluster/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          retry,
          // Limits for slow machines, no expectations: above those of the steps within.
          testTimeout: 120_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/setup.ts'],
          sequence: { groupOrder: 2 },
          retry,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          // Builds side by side, where a file has them so.
          maxConcurrency: 8,
        },
      },
    ],
  },
});
