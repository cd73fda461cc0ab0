/** The heading of what no release has yet. */
export const unreleased = 'Unreleased';

/**
 * The section of one version in the changelog, without its heading and the empty lines around it.
 *
 * @param version `Unreleased`, or a version as in the heading `## 1.2.0 - 2027-01-31`.
 * @returns undefined when there is no such section, or nothing in it.
 */
export function sectionOf(changelog: string, version: string): string | undefined {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => headingOf(line) === version);
  if (start === -1) {
    return undefined;
  }
  const after = lines.findIndex((line, index) => index > start && headingOf(line) !== undefined);
  const text = lines
    .slice(start + 1, after === -1 ? undefined : after)
    .join('\n')
    .trim();
  return text === '' ? undefined : text;
}

function headingOf(line: string): string | undefined {
  return /^## \[?([^\]\s]+)\]?(?: - \d{4}-\d{2}-\d{2})?$/.exec(line)?.[1];
}

/** The changelog with what was unreleased under this version and day, and an empty section for what comes next. */
export function withRelease(changelog: string, version: string, day: string): string {
  if (sectionOf(changelog, version) !== undefined) {
    throw new Error(`CHANGELOG.md has a section ${version} already`);
  }
  if (sectionOf(changelog, unreleased) === undefined) {
    throw new Error(`CHANGELOG.md has nothing under "## ${unreleased}": there is nothing to release`);
  }
  return changelog.replace(`## ${unreleased}\n`, `## ${unreleased}\n\n## ${version} - ${day}\n`);
}

/** A kind of change as Artifact Hub names them. */
export interface Change {
  readonly kind: 'added' | 'changed' | 'deprecated' | 'removed' | 'fixed' | 'security';
  readonly description: string;
}

const kinds = new Map<string, Change['kind']>(
  (['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'] as const).map((kind) => [kind, kind]),
);

/** Each entry of a section, below its heading of the form of Keep a Changelog (`### Added`). */
export function changesOf(section: string): readonly Change[] {
  const changes: Change[] = [];
  let kind: Change['kind'] | undefined;
  let entry: string[] = [];
  const close = () => {
    if (kind !== undefined && entry.length > 0) {
      changes.push({ kind, description: entry.join(' ') });
    }
    entry = [];
  };
  for (const line of section.split('\n')) {
    const heading = /^### (\w+)$/.exec(line)?.[1];
    if (heading !== undefined) {
      close();
      kind = kinds.get(heading.toLowerCase());
    } else if (line.startsWith('- ')) {
      close();
      entry = [line.slice(2).trim()];
    } else if (entry.length > 0 && line.startsWith('  ')) {
      entry.push(line.trim());
    } else {
      close();
    }
  }
  close();
  return changes;
}
