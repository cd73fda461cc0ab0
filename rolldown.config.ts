import { defineConfig } from 'rolldown';
import { bundling } from './tools/release/bundling.ts';

/**
 * The operator image's program and the command line: one ESM bundle with code splitting, so that `credentials` and `push` never
 * load client-node. Functions keep their names for stack traces. The source maps are for people: Node.js would read them whole and
 * keep them, and with the first error of a connection that takes 20 MB.
 */
export default defineConfig({
  input: { main: 'src/main.ts', 'kubectl-imagespec': 'src/cli/main.ts' },
  ...bundling(),
  output: {
    dir: 'dist',
    format: 'esm',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
    cleanDir: true,
  },
});
