import { describe, expect, it } from 'vitest';
import {
  build,
  ended,
  image,
  instant,
  job,
  pod,
  running,
  started,
  view,
  waiting,
} from '../../../../test/support/views.ts';
import type { View } from './standing.ts';
import { isAtRest, keyOf, nextLogs } from './trail.ts';

const resolved = 'BaseResolved=True:Resolved';
const building = ['Ready=Unknown:Building', resolved];

/** Headings of all readable logs, in order. */
function trail(seen: View): readonly string[] {
  const begun = new Set<string>();
  const headings: string[] = [];
  for (let group = nextLogs(seen, begun); group !== undefined; group = nextLogs(seen, begun)) {
    headings.push(group.heading);
    group.parts.forEach((part) => begun.add(keyOf(part)));
  }
  return headings;
}

const first = pod('build', 'Failed', [ended('credentials', 4, 5), ended('build', 5, 9, 1), waiting('push')]);
const second = pod('build', 'Running', [ended('credentials', 24, 25), ended('build', 25, 29), running('push', 29)], {
  name: 'second',
  uid: 'second',
  job: 'job-1-2',
  createdAt: instant(23),
});
const retried = { ...started, attempt: 2 };

describe('nextLogs', () => {
  it.each<readonly [string, readonly string[], View]>([
    ['nothing while queued', [], view(['Ready=Unknown:Queued', resolved], { status: { build }, jobs: [] })],
    ['nothing while the Pod starts', [], view(building, { pods: [pod('build', 'Pending', [waiting('credentials')])] })],
    [
      'containers in the order in which they run, without those to come',
      ['build 1, attempt 1, credentials', 'build 1, attempt 1, build'],
      view(building, {
        status: { build: started },
        pods: [pod('build', 'Pending', [ended('credentials', 4, 5), running('build', 5), waiting('push')])],
      }),
    ],
    [
      'the attempt that failed while the next is waited for',
      ['build 1, attempt 1, credentials', 'build 1, attempt 1, build'],
      view(['Ready=Unknown:Retrying', resolved], {
        status: { build: { ...started, completionTime: '2026-11-25T20:00:09Z' } },
        pods: [first],
      }),
    ],
    [
      'the next attempt alone once it is there',
      ['build 1, attempt 2, credentials', 'build 1, attempt 2, build', 'build 1, attempt 2, push'],
      view(building, { status: { build: retried }, jobs: [job(1, 1), job(1, 2)], pods: [first, second] }),
    ],
    [
      'a newer attempt that the status does not know yet',
      ['build 1, attempt 2, credentials', 'build 1, attempt 2, build', 'build 1, attempt 2, push'],
      view(['Ready=Unknown:Pending', resolved], {
        status: { build: { ...started, completionTime: '2026-11-25T20:00:09Z' } },
        jobs: [job(1, 1), job(1, 2)],
        pods: [second, first],
      }),
    ],
    [
      'nothing of the last build while the base of a new one is looked up',
      [],
      view(['Ready=Unknown:ResolvingBase'], {
        status: { build: { ...started, completionTime: '2026-11-25T20:00:09Z' } },
        pods: [first],
      }),
    ],
    [
      'the last build when all is over',
      ['build 1, attempt 1, credentials', 'build 1, attempt 1, build'],
      view(['Ready=False:RunFailed', resolved], {
        status: { build: { ...started, completionTime: '2026-11-25T20:00:09Z' } },
        pods: [first],
      }),
    ],
    [
      'a launch with all its containers, and no list of contents',
      ['probe, Pod probe-pod'],
      view(['Ready=True:BuildSucceeded', resolved], {
        status: { build: { ...started, image } },
        pods: [
          pod('probe', 'Running', [running('server', 30), running('hub', 31)], { createdAt: instant(29) }),
          pod('verify', 'Succeeded', [ended('contents', 30, 31)], { createdAt: instant(29) }),
        ],
      }),
    ],
    [
      'the commands of verify in their order, and no list of contents',
      ['verify, Pod verify-pod, verify-0', 'verify, Pod verify-pod, verify-1'],
      view(['Ready=Unknown:Verifying', resolved], {
        status: { build: { ...started, image } },
        pods: [
          pod('verify', 'Running', [ended('verify-0', 30, 31), ended('verify-1', 31, 32), running('contents', 32)], {
            createdAt: instant(29),
          }),
        ],
      }),
    ],
    [
      'no launch before both containers run',
      [],
      view(['Ready=True:BuildSucceeded', resolved], {
        status: { build: { ...started, image } },
        pods: [pod('probe', 'Pending', [running('server', 30), waiting('hub')], { createdAt: instant(29) })],
      }),
    ],
    [
      'no launch of an earlier image',
      [],
      view(['Ready=Unknown:Building', resolved], {
        status: { build: { ...started, startTime: '2026-11-25T20:00:40Z' } },
        pods: [pod('probe', 'Succeeded', [ended('server', 30, 31)], { createdAt: instant(29) })],
      }),
    ],
  ])('%s', (_what, expected, seen) => {
    expect(trail(seen)).toEqual(expected);
  });
});

describe('isAtRest', () => {
  it.each<readonly [boolean, string, readonly string[]]>([
    [false, 'building', building],
    [
      false,
      'good, with the verdict to come',
      ['Ready=True:BuildSucceeded', 'JupyterHubCompatible=Unknown:ProbePending'],
    ],
    [true, 'good', ['Ready=True:BuildSucceeded', 'JupyterHubCompatible=True:LaunchVerified']],
    [
      true,
      'good, and the launch cannot be tried now',
      ['Ready=True:ImageReused', 'JupyterHubCompatible=Unknown:ProbeUnschedulable'],
    ],
    [true, 'failed', ['Ready=False:RunFailed', 'JupyterHubCompatible=Unknown:BuildNotComplete']],
    [true, 'suspended', ['Ready=Unknown:Suspended']],
  ])('%s when %s', (expected, _what, conditions) => {
    expect(isAtRest(view(conditions))).toBe(expected);
  });
});
