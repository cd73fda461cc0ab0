import { expect, it } from 'vitest';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { eventsFor } from '../../lifecycle/status/eventsFor.ts';
import { logNews } from './newsLog.ts';

const self = { namespace: 'vision', name: 'astro', uid: 'u', generation: 1, resourceVersion: '1' };
const build = { number: 2, attempt: 1, inputHash: 'a', reasons: ['SpecChanged'] } as const;
const unseen: ImageSpecStatus = { observedGeneration: -1 };

function status(conditions: Readonly<Record<string, string>>, more: Partial<ImageSpecStatus> = {}): ImageSpecStatus {
  return {
    observedGeneration: 1,
    conditions: Object.entries(conditions).map(([type, text]) => {
      const [word, reason = ''] = text.split(' ');
      const is = word === 'True' || word === 'False' ? word : 'Unknown';
      return { type, status: is, reason, message: 'm', observedGeneration: 1, lastTransitionTime: '' };
    }),
    ...more,
  };
}

/** The lines that a written status makes. */
function linesOf(before: ImageSpecStatus, after: ImageSpecStatus): readonly unknown[] {
  const lines: unknown[] = [];
  logNews(
    (level, message, fields) => lines.push([level, message, fields]),
    { do: 'writeStatus', part: 'whole', self, before, status: after },
    eventsFor(before, after),
  );
  return lines;
}

const about = { imageSpec: 'vision/astro', build: 2, attempt: 1, message: 'm' };

it.each<[string, ImageSpecStatus, string, string, string, object]>([
  [
    'a build that starts',
    status({ Ready: 'Unknown Building' }, { build: { ...build, jobUID: 'j' } }),
    'info',
    'build started',
    'BuildStarted',
    { message: 'build 2: SpecChanged' },
  ],
  [
    'an image that is there',
    status({ Ready: 'True BuildSucceeded' }, { build, image: 'r/a@sha256:1' }),
    'info',
    'image ready',
    'BuildSucceeded',
    { image: 'r/a@sha256:1' },
  ],
  ['a failure', status({ Ready: 'False RunFailed' }, { build }), 'warn', 'failed', 'RunFailed', {}],
  ['an attempt that is repeated', status({ Ready: 'Unknown Retrying' }, { build }), 'warn', 'held up', 'Retrying', {}],
  ['a pause', status({ Ready: 'Unknown Suspended' }, { build }), 'info', 'suspended', 'Suspended', {}],
  [
    'a verdict',
    status({ JupyterHubCompatible: 'False LaunchFailed' }, { build }),
    'warn',
    'verdict',
    'LaunchFailed',
    {},
  ],
  ['a tag that stays behind', status({ Tagged: 'False TagRefused' }, { build }), 'warn', 'tag', 'TagRefused', {}],
])('has one line for %s', (_, after, level, event, reason, more) => {
  expect(linesOf(unseen, after)).toEqual([[level, event, { ...about, reason, ...more }]]);
});

it('has no line for what only passes, and none for what stood there before', () => {
  expect(linesOf(unseen, status({ Ready: 'Unknown Queued' }, { build }))).toEqual([]);
  const failed = status({ Ready: 'False RunFailed' }, { build });
  expect(linesOf(failed, failed)).toEqual([]);
});
