import { describe, expect, it } from 'vitest';
import type { SeenImageSpec } from '../live/projections.ts';
import type { Standing } from '../live/status/standing.ts';
import { listLines } from './list.ts';

function row(namespace: string, name: string, standing: Standing) {
  const imageSpec: SeenImageSpec = {
    namespace,
    name,
    uid: name,
    generation: 1,
    resourceVersion: '1',
    deleting: false,
    labels: {},
    annotations: {},
    spec: { baseImage: 'b' },
    status: { observedGeneration: 1 },
  };
  return { imageSpec, standing };
}

const rows = [
  row('vision', 'astro', { is: 'ready', reason: 'BuildSucceeded', message: 'the image is there' }),
  row('genomics', 'r', {
    is: 'failed',
    reason: 'PackageNotFound',
    message: 'packages.cran: there is no package "dplry"; did you mean "dplyr"?',
  }),
];

describe('the list of ImageSpecs', () => {
  it('has a row for each, and words for what is not well', () => {
    expect(listLines(rows, 'with namespaces', undefined)).toEqual([
      'NAMESPACE  NAME   STATE      STATUS           JUPYTERHUB  MESSAGE',
      'vision     astro  ready      BuildSucceeded   -',
      'genomics   r      not ready  PackageNotFound  -           packages.cran: there is no package "dplry"; did you mean "dplyr"?',
    ]);
    expect(listLines(rows, 'one namespace', undefined)[0]).toMatch(/^NAME {3}STATE/);
  });

  it('fits a terminal', () => {
    const lines = listLines(rows, 'with namespaces', { colours: false, columns: 80 });
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(lines[2]).toMatch(/…$/);
    const coloured = listLines(rows, 'with namespaces', { colours: true, columns: 80 });
    expect(coloured.map((line) => line.replaceAll(/\u001B\[\d+m/g, ''))).toEqual(lines);
  });
});
