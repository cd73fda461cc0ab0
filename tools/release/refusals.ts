import type { Made } from './program/executables.ts';
import { type Project, undecided } from './project.ts';
import type { Commit } from './source.ts';

/**
 * Why nothing may be published yet. A release is made of a commit that anyone can have. It goes to a place that package.json
 * or an option names.
 *
 * @param section of this version in the changelog.
 */
export function faultsBefore(project: Project, commit: Commit, section: string | undefined): readonly string[] {
  const tag = `v${project.version}`;
  return [
    ...undecided(project),
    ...(commit.changed.length > 0 ? [`not committed: ${commit.changed.join(', ')}`] : []),
    ...(commit.tags.includes(tag) ? [] : [`the commit has no tag ${tag}: git tag ${tag}`]),
    ...(section === undefined
      ? [`CHANGELOG.md has no section ${project.version}: npm run release -- --prepare ${project.version}`]
      : []),
  ];
}

/** What a release lacks: it has the command line of every platform, and people can run it. */
export function faultsOfParts(made: readonly Made[]): readonly string[] {
  return made.flatMap((one) => {
    if (one.is === 'left out') {
      return [`${one.target}: ${one.why}`];
    }
    return one.signed === 'unsigned' ? [`${one.archive.target}: neither codesign nor rcodesign could sign it`] : [];
  });
}
