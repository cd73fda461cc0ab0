import type { PackageFields } from '../../src/packages/names.ts';

/** A spec that asks for no package. */
export const noPackages: PackageFields = {
  apt: [],
  conda: [],
  condaChannels: [],
  pip: [],
  pipIndexes: [],
  cran: [],
  cranSnapshot: null,
};
