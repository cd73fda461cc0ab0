import { deep, everyday, type Suite } from './suites.ts';

/** Suites that one vitest process runs; processes follow each other. */
export type Process = readonly Suite[];

/** Permitted options besides the name of a suite. */
export const collections = ['everyday', 'full', 'affected'] as const;

/**
 * The processes of a run.
 * @param asked one of `collections`, or a suite's name
 * @param behind deep suites whose record is not current
 * @throws Error that names the permitted ones
 */
export function choose(asked: string, behind: readonly Suite[]): readonly Process[] {
  switch (asked) {
    case 'everyday':
      return [everyday];
    case 'full':
      return [everyday, ...deep.map((suite) => [suite])];
    case 'affected':
      return [everyday, ...behind.map((suite) => [suite])];
  }
  const suite = [...everyday, ...deep].find(({ name }) => name === asked);
  if (suite === undefined) {
    const names = [...collections, ...[...everyday, ...deep].map(({ name }) => name)];
    throw new Error(`"${asked}" is no suite of tests: use one of ${names.join(', ')}`);
  }
  return [[suite]];
}
