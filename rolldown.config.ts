import { defineConfig } from 'rolldown';

/**
 * The operator image's program and the command line: one ESM bundle with code splitting, so that `credentials` and `push` never
 * load client-node, and source maps so that a stack trace names our files.
 */
export default defineConfig({
  input: { main: 'src/main.ts', 'kubectl-imagespec': 'src/cli/main.ts' },
  platform: 'node',
  output: { dir: 'dist', format: 'esm', minify: true, sourcemap: true, entryFileNames: '[name].js', cleanDir: true },
});
