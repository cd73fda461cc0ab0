import { join } from 'node:path';
import type { InputOptions } from 'rolldown';
import { licences } from './documents/licences.ts';
import { root } from './project.ts';

/** How the operator and the command line are bundled, in every form. */
export function bundling(): InputOptions {
  return {
    platform: 'node',
    resolve: { alias: { undici$: join(root, 'tools', 'bundle', 'undici.cjs') } },
    // Modules of client-node only define things. The operator uses none of its classes for kinds of objects; they take 15 MB.
    treeshake: { moduleSideEffects: [{ test: /[\\/]@kubernetes[\\/]client-node[\\/]/, sideEffects: false }] },
    plugins: [licences()],
  };
}
