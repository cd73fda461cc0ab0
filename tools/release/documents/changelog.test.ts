import { describe, expect, it } from 'vitest';
import { changesOf, sectionOf, withRelease } from './changelog.ts';

const changelog = `# Changelog

## Unreleased

### Added

- A thing
  in two lines.
- Another.

### Fixed

- A fault.

## 0.1.0 - 2026-01-02

First.

## [0.0.1] - 2025-01-02
`;

describe('the changelog', () => {
  it('has a section for each version', () => {
    expect(sectionOf(changelog, '0.1.0')).toBe('First.');
    expect(sectionOf(changelog, 'Unreleased')).toMatch(/^### Added[\s\S]*A fault\.$/);
    expect(sectionOf(changelog, '0.0.1')).toBeUndefined();
    expect(sectionOf(changelog, '0.1')).toBeUndefined();
  });

  it('has its entries by kind', () => {
    expect(changesOf(sectionOf(changelog, 'Unreleased') ?? '')).toEqual([
      { kind: 'added', description: 'A thing in two lines.' },
      { kind: 'added', description: 'Another.' },
      { kind: 'fixed', description: 'A fault.' },
    ]);
  });

  it('gets a section for a release', () => {
    const released = withRelease(changelog, '0.2.0', '2027-03-04');
    expect(sectionOf(released, '0.2.0')).toBe(sectionOf(changelog, 'Unreleased'));
    expect(sectionOf(released, 'Unreleased')).toBeUndefined();
    expect(() => withRelease(released, '0.3.0', '2027-03-05')).toThrow('nothing to release');
    expect(() => withRelease(changelog, '0.1.0', '2027-03-05')).toThrow('already');
  });
});
