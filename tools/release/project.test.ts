import { describe, expect, it } from 'vitest';
import {
  chartFolder,
  hasAddress,
  imageRepository,
  type Project,
  projectOf,
  readProject,
  undecided,
} from './project.ts';

const decided: Project = {
  name: 'imagespec-operator',
  version: '1.2.3',
  description: 'd',
  license: 'Apache-2.0',
  registry: 'ghcr.io/somewhere',
  url: 'https://github.com/somewhere/imagespec-operator',
};

describe('the place of a release', () => {
  it('is read from package.json', () => {
    const project = readProject();
    expect(project.name).toBe('imagespec-operator');
    expect(imageRepository(project)).toBe(`${project.registry}/imagespec-operator`);
    expect(chartFolder(project)).toBe(`${project.registry}/charts`);
  });

  it('refuses a version that is none', () => {
    const { registry, url, ...rest } = decided;
    const release = { registry, url };
    expect(projectOf({ ...rest, release })).toEqual(decided);
    expect(() => projectOf({ ...rest, release, version: 'v1' })).toThrow(/version/);
  });

  it.each([
    ['decided', {}, 0],
    ['a registry for examples', { registry: 'registry.example.com' }, 1],
    ['a path below it', { registry: 'registry.example.com/team' }, 1],
    ['an address for examples', { url: 'https://example.com/imagespec-operator' }, 1],
    ['both', { registry: 'example.org', url: 'https://git.example.net/x' }, 2],
    ['a name that only looks like one', { registry: 'myexample.com', url: 'https://example.community/x' }, 0],
  ])('%s', (_, change, faults) => {
    const project = { ...decided, ...change };
    expect(undecided(project)).toHaveLength(faults);
    expect(hasAddress(project)).toBe(!('url' in change) || faults === 0);
  });
});
