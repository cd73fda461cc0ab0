import { describe, expect, it } from 'vitest';
import {
  at,
  build,
  ended,
  image,
  instant,
  pod,
  running,
  started,
  view,
  waiting,
} from '../../../../test/support/views.ts';
import { readyReasons } from '../../../api/reasons/reasons.ts';
import type { SeenContainer, SeenPod } from '../projections.ts';
import { standingOf, type View } from '../status/standing.ts';
import { noBuilder } from './builderView.ts';
import { instructionsOf } from './instructions.ts';
import { notBegun } from './kanikoLog.ts';
import { progressOf } from './progress.ts';

/** The states of the stages, base to published, with one letter each. */
function letters(seen: View): string {
  const words = { waiting: '.', running: 'r', done: 'd', failed: 'F', off: '-', notReached: 'x' } as const;
  return progressOf(seen, noBuilder)
    .stages.map(({ state }) => words[state])
    .join('');
}

const resolved = 'BaseResolved=True:Resolved';
const verify = [{ name: 'imports', command: ['true'], timeoutSeconds: 10 }];

describe('progressOf', () => {
  // base, queue, build, push, verify, probe, published
  it.each<readonly [string, string, View]>([
    ['not seen yet', '...', view([], { status: { observedGeneration: -1 } })],
    ['an older version seen', '...', view(['Ready=True:BuildSucceeded'], { generation: 2, status: { image } })],
    ['the base is looked up', 'r..', view(['Ready=Unknown:ResolvingBase', 'BaseResolved=Unknown:ResolvingBase'])],
    ['waits for a Secret of the base', 'r..', view(['Ready=Unknown:WaitingForSecret'])],
    ['waits for a Secret to push', 'dr.', view(['Ready=Unknown:WaitingForSecret', resolved])],
    ['queued', 'dr.', view(['Ready=Unknown:Queued', resolved], { status: { build } })],
    ['quota', 'dr.', view(['Ready=Unknown:QuotaExceeded', resolved], { status: { build } })],
    ['no Pod yet', 'ddr', view(['Ready=Unknown:Building', resolved], { status: { build: started } })],
    [
      'the builder works',
      'ddr.-..',
      view(['Ready=Unknown:Building', resolved], {
        status: { build: started },
        pods: [pod('build', 'Pending', [ended('credentials', 4, 5), running('build', 6), waiting('push')])],
      }),
    ],
    [
      'the push is on',
      'dddr-..',
      view(['Ready=Unknown:Building', resolved], {
        status: { build: started },
        pods: [pod('build', 'Running', [ended('credentials', 4, 5), ended('build', 6, 9), running('push', 9)])],
      }),
    ],
    [
      'a command of verify runs',
      'ddddr..',
      view(['Ready=Unknown:Verifying', resolved, 'Built=True:BuildSucceeded'], {
        spec: { baseImage: 'a', verify },
        status: { build: { ...started, image } },
        pods: [pod('verify', 'Pending', [running('verify-0', 10), waiting('contents')])],
      }),
    ],
    [
      'under Require the probe gates',
      'dddd-r.',
      view(['Ready=Unknown:Verifying', resolved, 'Built=True:BuildSucceeded'], {
        spec: { baseImage: 'a', jupyterHub: { policy: 'Require' } },
        status: { build: { ...started, image } },
      }),
    ],
    [
      'under Require the commands have passed, and the probe gates',
      'dddddr.',
      view(['Ready=Unknown:Verifying', resolved, 'Built=True:BuildSucceeded'], {
        spec: { baseImage: 'a', verify, jupyterHub: { policy: 'Require' } },
        status: { build: { ...started, image } },
        pods: [pod('verify', 'Running', [ended('verify-0', 10, 11), running('contents', 11)])],
      }),
    ],
    [
      'good, and the verdict is open',
      'dddd-r.',
      view(
        [
          'Ready=True:BuildSucceeded',
          resolved,
          'JupyterHubCompatible=Unknown:ProbePending',
          'Published=Unknown:BuildNotComplete',
        ],
        { status: { build: { ...started, image }, image } },
      ),
    ],
    [
      'good and offered',
      'dddd-dd',
      view(
        ['Ready=True:BuildSucceeded', resolved, 'JupyterHubCompatible=True:LaunchVerified', 'Published=True:Published'],
        {
          status: { build: { ...started, image }, image },
        },
      ),
    ],
    [
      'good, but the Hub cannot launch it',
      'dddd-FF',
      view(
        [
          'Ready=True:BuildSucceeded',
          resolved,
          'JupyterHubCompatible=False:NoHubAuth',
          'Published=False:NotCompatible',
        ],
        {
          status: { build: { ...started, image }, image },
        },
      ),
    ],
    [
      'an image for jobs, found in the registry',
      'd------',
      view(['Ready=True:ImageReused', resolved, 'Built=True:ImageReused'], {
        spec: { baseImage: 'a', jupyterHub: { policy: 'Skip' } },
        status: { build: { ...started, image }, image },
      }),
    ],
    [
      'a package is missing',
      'ddFx-x-',
      view(['Ready=False:PackageNotFound', resolved], { status: { build: started } }),
    ],
    [
      'a push without permission',
      'dddF-x-',
      view(['Ready=False:PushUnauthorized', resolved], { status: { build: started } }),
    ],
    ['no base', 'Fxxx-x-', view(['Ready=False:BaseImageNotFound', 'BaseResolved=False:BaseImageNotFound'])],
    ['tried again', 'dr..-..', view(['Ready=Unknown:Retrying', resolved], { status: { build: started } })],
    [
      'tried too often, at the push',
      'dddF-x-',
      view(['Ready=False:RetriesExhausted', resolved], {
        status: { build: started },
        pods: [pod('build', 'Failed', [ended('build', 6, 9), ended('push', 9, 10, 1)])],
      }),
    ],
    [
      'interrupted at the launch',
      'dddd-F-',
      view(['Ready=False:RetriesExhausted', resolved, 'Built=True:BuildSucceeded'], {
        spec: { baseImage: 'a', jupyterHub: { policy: 'Require' } },
        status: { build: { ...started, image } },
      }),
    ],
    ['suspended', 'd...-.-', view(['Ready=Unknown:Suspended', resolved])],
  ])('%s', (_what, expected, seen) => {
    expect(letters(seen).slice(0, expected.length)).toBe(expected);
  });

  it.each(Object.entries(readyReasons))('has a place for reason %s', (reason, { group }) => {
    const status = group === 'done' ? 'True' : group === 'over' ? 'False' : 'Unknown';
    const { standing, stages } = progressOf(view([`Ready=${status}:${reason}`, resolved]), noBuilder);
    expect(standing.reason).toBe(reason);
    expect(stages.some(({ state }) => state === 'failed')).toBe(group === 'over');
  });

  it('uses the times of the containers, or those of the status without containers', () => {
    const conditions = ['Ready=True:BuildSucceeded', resolved];
    const status = { build: { ...started, image, completionTime: at(20) }, image };
    const pods = [
      pod('build', 'Succeeded', [ended('credentials', 4, 5), ended('build', 6, 18), ended('push', 18, 20)]),
    ];
    const withPod = progressOf(view(conditions, { status, pods }), noBuilder);
    expect(withPod.stages[1]).toMatchObject({ startedAt: instant(1), endedAt: instant(3) });
    expect(withPod.stages[2]).toMatchObject({ startedAt: instant(6), endedAt: instant(18) });
    expect(withPod.stages[3]).toMatchObject({ startedAt: instant(18), endedAt: instant(20), detail: image });
    expect(withPod).toMatchObject({ startedAt: instant(1), endedAt: instant(20) });
    const without = progressOf(view(conditions, { status }), noBuilder);
    expect(without.stages[2]).toMatchObject({ startedAt: instant(3), endedAt: instant(20) });
  });

  it.each<readonly [string, Partial<SeenPod>, readonly SeenContainer[]]>([
    [
      'no node takes the Pod: 0/3 nodes are available',
      { unschedulable: '0/3 nodes are available' },
      [waiting('build')],
    ],
    [
      'build: ImagePullBackOff: Back-off pulling image "k"',
      {},
      [{ name: 'build', state: { is: 'waiting', reason: 'ImagePullBackOff', message: 'Back-off pulling image "k"' } }],
    ],
    ['the Pod is starting', {}, [waiting('build'), waiting('push')]],
    ['step 2 of 2: RUN make install', {}, [running('build', 6)]],
  ])('describes the build: %s', (detail, more, containers) => {
    const seen = view(['Ready=Unknown:Building', resolved], {
      status: { build: started },
      pods: [pod('build', 'Pending', containers, more)],
    });
    const instructions = instructionsOf('FROM a\nRUN make\nRUN make install\n');
    const step = { index: 1, startedAt: 0, endedAt: null, cached: false };
    const progress = { ...notBegun, activity: { is: 'running' }, steps: [step] } as const;
    expect(progressOf(seen, { instructions, progress }).stages[2]?.detail).toBe(detail);
  });
});

it('names the running command of verify', () => {
  const commands = ['imports', 'gpu'].map((name) => ({ name, command: ['true'], timeoutSeconds: 10 }));
  const seen = view(['Ready=Unknown:Verifying', resolved, 'Built=True:BuildSucceeded'], {
    spec: { baseImage: 'a', verify: commands },
    pods: [pod('verify', 'Pending', [ended('verify-0', 10, 11), running('verify-1', 12), waiting('contents')])],
  });
  expect(progressOf(seen, noBuilder).stages[4]).toMatchObject({
    state: 'running',
    detail: 'gpu (2 of 2)',
    startedAt: instant(10),
    endedAt: null,
  });
});

describe('standingOf', () => {
  it.each([
    ['rebuild', 'lastHandledRebuild'],
    ['retry', 'lastHandledRetry'],
    ['launch', 'lastHandledLaunch'],
    ['cancel', 'lastHandledCancel'],
  ])('a %s that the operator has not handled is under way', (request, field) => {
    const annotations = { [`imagespec.dev/${request}`]: 'now' };
    const ready = ['Ready=True:BuildSucceeded'];
    expect(standingOf(view(ready, { annotations })).is).toBe('underWay');
    expect(standingOf(view(ready, { annotations, status: { [field]: 'now' } })).is).toBe('ready');
  });

  it.each(['rebuild', 'retry'])('a %s that an obstacle keeps open has failed for now', (request) => {
    const annotations = { [`imagespec.dev/${request}`]: 'now' };
    expect(standingOf(view(['Ready=False:PushUnauthorized'], { annotations })).is).toBe('failed');
  });
});
