import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { choose, collections } from './choose.ts';
import { deep, everyday } from './suites.ts';

const names = (processes: ReturnType<typeof choose>) => processes.map((suites) => suites.map(({ name }) => name));
const [first, second] = deep;

it('everybody runs the everyday suites in one process, and nothing else', () => {
  expect(names(choose('everyday', deep))).toEqual([['unit', 'argocd', 'integration', 'core']]);
});

it('the full run has each deep suite in a process of its own', () => {
  expect(choose('full', [])).toEqual([everyday, ...deep.map((suite) => [suite])]);
});

it('what is affected are the deep suites that are behind', () => {
  expect(choose('affected', [])).toEqual([everyday]);
  expect(choose('affected', deep.slice(1, 2))).toEqual([everyday, [second]]);
});

it('a suite runs alone by its name; another word is refused with the names', () => {
  expect(choose(first?.name ?? '', deep)).toEqual([[first]]);
  expect(() => choose('lifecycles', [])).toThrow(/"lifecycles" is no suite of tests: use one of everyday, .*lifecycle/);
});

it('package.json has a script for each suite and collection, and no other test script', async () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile('package.json', 'utf8')));
  const runs = [...collections, ...[...everyday, ...deep].map(({ name }) => name)];
  const script = (name: string) => (name === 'everyday' ? 'test' : `test:${name}`);
  const program = 'tools/suites/run.ts';
  const wanted = runs.map((name) => [script(name), `sh tools/dependencies.sh && node ${program} ${name}`]);
  const found = Object.entries(scripts).filter(([name]) => name === 'test' || name.startsWith('test:'));
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
});
