import { describe, expect, it } from 'vitest';
import { jobObject } from '../../../test/support/children.ts';
import { run } from '../../../test/support/observations.ts';
import { annotations } from '../../api/names.ts';
import { longestOwnJson } from '../../api/ownJson.ts';
import { longestLabels, projectImageSpec, projectJob } from './projections.ts';

function seenWith(annotation: string, labels: Readonly<Record<string, string>> = {}) {
  return projectImageSpec({
    metadata: {
      namespace: 'team',
      name: 'astro',
      uid: 'uid-1',
      generation: 1,
      resourceVersion: '1',
      creationTimestamp: '2026-11-24T12:00:00Z',
      labels,
      annotations: {
        [annotations.rebuild]: annotation,
        [annotations.retry]: annotation,
        [annotations.launch]: annotation,
        [annotations.cancel]: annotation,
      },
    },
    spec: { baseImage: 'debian' },
  });
}

describe('the projection of an ImageSpec', () => {
  it.each([
    ['short', 'now', 'now'],
    ['as long as the status keeps them', 'x'.repeat(1024), 'x'.repeat(1024)],
    ['as long as annotations may be', 'x'.repeat(262_000), 'x'.repeat(1024)],
    ['cut within a character', `${'x'.repeat(1023)}🔭`, 'x'.repeat(1023)],
    ['half a character', 'x\uD83D', 'x'],
  ])('are its requests, %s', (_, annotation, kept) => {
    expect(seenWith(annotation).requests).toEqual({ rebuild: kept, retry: kept, launch: kept, cancel: kept });
  });
});

describe('the labels of an ImageSpec', () => {
  /** As many labels as fill this many characters. */
  const labelsOf = (characters: number) =>
    Object.fromEntries(
      Array.from({ length: characters / 16 }, (_, index) => [`l-${index}`.padEnd(10, 'x'), 'x'.repeat(6)]),
    );

  it('are kept up to a length: memory holds them', () => {
    expect(Object.keys(seenWith('', labelsOf(longestLabels)).labels)).toHaveLength(longestLabels / 16);
    expect(seenWith('', labelsOf(longestLabels + 16)).labels).toEqual({});
  });
});

describe('a Job', () => {
  const identity = JSON.stringify(run(null).identity);

  it.each([
    ['is ours with what we wrote', identity, true],
    ['is ours up to a length', identity.padEnd(longestOwnJson, ' '), true],
    ['is none of ours with more', identity.padEnd(longestOwnJson + 1, ' '), false],
    ['is none of ours with anything else', '[['.repeat(50_000), false],
  ])('%s', (_, annotation, isOurs) => {
    const job = projectJob(jobObject('team', 'imagespec-1', { annotations: { [annotations.build]: annotation } }));
    expect(job !== undefined).toBe(isOurs);
  });
});
