import { join } from 'node:path';

/** Folder of the sample ImageSpecs. */
export const samplesFolder = join(import.meta.dirname, '..', 'deploy', 'samples');

/** The samples that README.md shows and the quick start builds, in that order. */
export const shownSamples: readonly [string, ...string[]] = ['package-list.yaml', 'dockerfile.yaml'];
