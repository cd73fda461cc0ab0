import { join } from 'node:path';
import { defineConfig } from 'rolldown';

/**
 * The operator image's program and the command line: one ESM bundle with code splitting, so that `credentials` and `push` never
 * load client-node. Functions keep their names for stack traces. The source maps are for people: Node.js would read them whole and
 * keep them, and with the first error of a connection that takes 20 MB.
 */
export default defineConfig({
  input: { main: 'src/main.ts', 'kubectl-imagespec': 'src/cli/main.ts' },
  platform: 'node',
  resolve: { alias: { undici$: join(import.meta.dirname, 'tools', 'bundle', 'undici.cjs') } },
  // Modules of client-node only define things. The operator uses none of its classes for kinds of objects; they take 15 MB.
  treeshake: { moduleSideEffects: [{ test: /[\\/]@kubernetes[\\/]client-node[\\/]/, sideEffects: false }] },
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
