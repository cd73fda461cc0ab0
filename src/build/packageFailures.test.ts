import { describe, expect, it } from 'vitest';
import { spec } from '../../test/support/observations.ts';
import type { Source } from '../spec/effective.ts';
import { packageFailure } from './packageFailures.ts';

const source: Source = {
  is: 'packages',
  base: { is: 'image', reference: 'jupyter/minimal-notebook' },
  apt: ['g++', 'vim=2:8.2*'],
  conda: ['kelp', 'pytorch::no-such-kelp>=2'],
  condaChannels: [],
  pip: ['astropy>=99'],
  pipIndexes: [],
  credentialsSecret: null,
  env: [],
};

describe('packageFailure', () => {
  it.each([
    ['ERROR: No matching distribution found for astropy>=99', ['astropy>=99'], 'packages.pip[0]'],
    ['E: Unable to locate package g++', ['g++'], 'packages.apt[0]'],
    ["E: Version '2:8.2*' for 'vim' was not found", ['vim'], 'packages.apt[1]'],
    ["E: Release 'sid' for 'vim' was not found", ['vim'], 'packages.apt[1]'],
    ["E: Package 'vim' has no installation candidate", ['vim'], 'packages.apt[1]'],
    [
      'PackagesNotFoundError: The following packages are not available from current channels:\n\n  - no-such-kelp>=2\n  - kelp\n\nCurrent channels:\n\n  - https://conda.anaconda.org/pytorch',
      ['no-such-kelp>=2', 'kelp'],
      'packages.conda[1]',
    ],
    [
      'Could not solve for environment specs\nThe following package could not be found\n└─ no-such-kelp >=2 * does not exist (perhaps a typo or a missing channel).',
      ['no-such-kelp'],
      'packages.conda[1]',
    ],
    [
      'The following package could not be found\n  - no-such-kelp >=2 does not exist (perhaps a typo or a missing channel).',
      ['no-such-kelp'],
      'packages.conda[1]',
    ],
    ['  - nothing provides requested no-such-kelp >=2', ['no-such-kelp'], 'packages.conda[1]'],
  ])('%j', (text, packages, place) => {
    const failure = packageFailure(text, source);
    expect(failure).toMatchObject({ reason: 'PackageNotFound', packages });
    expect(failure?.message).toContain(place);
  });

  it.each([
    'ERROR: ResolutionImpossible: for help visit the pages of pip',
    'E: Unable to correct problems, you have held broken packages.',
    'LibMambaUnsatisfiableError: Encountered problems while solving:\n  - package kelp-0.3 requires tidepool <2',
  ])('%j is a conflict', (text) => {
    expect(packageFailure(text, source)?.reason).toBe('DependencyConflict');
  });

  it.each(['make: *** Error 1', '- this directory does exist'])('%j says nothing of packages', (text) => {
    expect(packageFailure(text, spec.source)).toBeUndefined();
  });
});
