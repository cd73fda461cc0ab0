import { defineConfig } from 'rolldown';

/**
 * The operator image's program and the command line: one ESM bundle. Code splitting keeps client-node out of `credentials`
 * and `push`; source maps let a stack trace name our files. Node.js reads a map whole when it loads its file, so the maps
 * are without the sources: with them the operator needs 45 MB more.
 */
export default defineConfig({
  input: { main: 'src/main.ts', 'kubectl-imagespec': 'src/cli/main.ts' },
  platform: 'node',
  // Modules of client-node only define things. The operator uses none of its classes for kinds of objects; they take 15 MB.
  treeshake: { moduleSideEffects: [{ test: /[\\/]@kubernetes[\\/]client-node[\\/]/, sideEffects: false }] },
  output: {
    dir: 'dist',
    format: 'esm',
    minify: true,
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
    cleanDir: true,
  },
});
