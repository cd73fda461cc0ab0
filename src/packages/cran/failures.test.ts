import { describe, expect, it } from 'vitest';
import { source } from '../../../test/support/failure-examples.ts';
import { growth, linearAtMost } from '../../../test/support/growth.ts';
import { classifyBuilder } from '../../kaniko/failures.ts';
import { cranFailures } from './failures.ts';

const end =
  'error building image: error building stage: failed to execute command: waiting for process to exit: exit status 1';

function failureOf(output: string) {
  return classifyBuilder(`${output}\n${end}\n`, 1, source)?.failure;
}

describe('what R says', () => {
  it('names every package that is missing, with its place', () => {
    const failure = failureOf('ERROR: CRAN has no package kelpp\nERROR: CRAN has no package nothere');
    expect(failure?.packages).toEqual(['kelpp']);
    expect(failure?.message).toBe('CRAN has no package "kelpp" in packages.cran[2]; check the name');
  });

  it('names the newest of several versions', () => {
    const output = ['kelp@9.9', 'urchin@0.9'].map(
      (entry) => `ERROR: CRAN has no ${entry}, the newest version is 1.3.0`,
    );
    expect(failureOf(output.join('\n'))?.message).toContain('; the newest are kelp@1.3.0, urchin@1.3.0');
  });

  it.each([
    ['ERROR: dependencies ‘a’, ‘b’ are not available for package ‘c’', 'PackageNotFound', ['a', 'b']],
    ["ERROR: dependencies 'a', 'kelp (>= 2.0)' are not available for package 'c'", 'DependencyConflict', ['kelp']],
    [
      'Error: package or namespace load failed for ‘urchin’:\n namespace ‘kelp’ 1.2.0 is being loaded, but >= 1.3.0 is required',
      'DependencyConflict',
      ['kelp'],
    ],
  ])('%s is %s', (output, reason, packages) => {
    expect(failureOf(output)).toMatchObject({ reason, packages });
  });
});

describe('the patterns', () => {
  const { causes, installs, packages } = cranFailures;
  const patterns = [
    ...[...causes, ...installs].flatMap(({ match, also }) => (also === undefined ? [match] : [match, also])),
    ...packages.flatMap(({ match, names }) => [match, names]),
  ];
  const read = (output: string) => {
    patterns.forEach((pattern) => output.replace(new RegExp(pattern, 'gm'), ''));
    packages.forEach(({ hint }) => hint(output, [], { indexes: '', channels: '', snapshot: '', credentials: '' }));
    cranFailures.builtPackage(output);
  };

  it.each([
    'dependency ',
    "dependency '",
    "dependencies 'a', ",
    "'a (>= ",
    'Configuration failed because ',
    'Configuration failed because a\n',
    ' * deb: ',
    'ERROR: CRAN has no a@',
    '@',
    'ERROR: ',
    '\nERROR: a',
    'depends on R (',
    'depends on ',
    'R (',
    'unable to access index for repository ',
    "namespace 'a' ",
    'a',
    ' ',
    '\n',
  ])('take at most as many times longer as the output is longer: many %j', (unit) => {
    const work = (length: number) => read(unit.repeat(length / unit.length));
    expect(growth(work, 4000)).toBeLessThan(linearAtMost);
  });
});
