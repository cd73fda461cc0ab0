import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { ended, image, instant, pod, running, started, view, waiting } from '../../../../test/support/views.ts';
import { type BuilderView, noBuilder } from '../build/builderView.ts';
import { instructionsOf } from '../build/instructions.ts';
import { notBegun } from '../build/kanikoLog.ts';
import { progressOf } from '../build/progress.ts';
import type { Terminal } from '../terminal.ts';
import type { View } from './standing.ts';
import { statusLines } from './statusText.ts';

const resolved = 'BaseResolved=True:Resolved';
const base = { image: 'a', digest: `sha256:${'c'.repeat(64)}`, user: '', resolvedTime: '2026-11-25T20:00:00Z' };

function print(seen: View, builder: BuilderView = noBuilder, terminal?: Terminal): string {
  const progress = progressOf(seen, builder);
  return statusLines({ view: seen, progress, builder, now: instant(40), terminal }).join('\n');
}

const building = view(['Ready=Unknown:Building build 1 is running', resolved], {
  status: { base, build: { ...started, changes: ['packages.pip: +six'] } },
  pods: [pod('build', 'Pending', [ended('credentials', 4, 5), running('build', 6), waiting('push')])],
});
const builder: BuilderView = {
  instructions: instructionsOf('FROM a\nRUN make\nRUN make install\n'),
  progress: {
    ...notBegun,
    activity: { is: 'running' },
    steps: [
      { index: 0, startedAt: instant(10), endedAt: instant(25), cached: false },
      { index: 1, startedAt: instant(25), endedAt: null, cached: false },
    ],
    output: 'cc -o astro',
  },
};

it('shows a running build: stages, steps, times, why it started, the last line', () => {
  expect(print(building, builder)).toBe(`vision/astro: under way: Building, for 39 s
build 1, because SpecChanged: packages.pip: +six

STAGE      STATE    TIME
base       done           a is sha256:cccccccccccc…
queue      done     2 s
build      running  34 s  step 2 of 2: RUN make install
 1/2       done     15 s  RUN make
 2/2       running  15 s  RUN make install
push       waiting
verify     -              spec.verify has no commands
probe      waiting
published  waiting

  cc -o astro

message  build 1 is running
to do    Wait: the build Job is running.`);
});

it('shows a failure with what to do, the relevant lines, the image that still serves, and the history', () => {
  const failed = view(['Ready=False:PackageNotFound m', resolved], {
    status: {
      base,
      build: { ...started, number: 2, attempt: 1, completionTime: '2026-11-25T20:00:21Z' },
      image,
      failure: {
        reason: 'PackageNotFound',
        message: 'pip found no version of "astropyy" in packages.pip[0]; check the name',
        packages: ['astropyy'],
        log: 'ERROR: No matching distribution found for astropyy\n',
        nextAttemptTime: '2026-11-25T20:05:40Z',
      },
      history: [
        {
          number: 1,
          result: 'Succeeded',
          reason: 'BuildSucceeded',
          image,
          inputHash: 'h',
          reasons: ['SpecChanged', 'Retry'],
          startTime: '2026-11-25T19:00:00Z',
          completionTime: '2026-11-25T19:01:05Z',
        },
      ],
    },
  });
  expect(print(failed)).toBe(`vision/astro: not ready: PackageNotFound, 20 s in all
build 2, because SpecChanged

STAGE      STATE        TIME
base       done               a is sha256:cccccccccccc…
queue      done         2 s
build      failed       18 s  PackageNotFound
push       not reached
verify     -                  spec.verify has no commands
probe      not reached
published  -                  offered to no Hub

failure          PackageNotFound
message          pip found no version of "astropyy" in packages.pip[0]; check the name
to do            Check the names and versions of the packages in status.failure.packages.
packages         astropyy
next try         2026-11-25T20:05:40Z (in 5 min 0 s)
last good image  ${image}

last lines of the log:
  | ERROR: No matching distribution found for astropyy

BUILD  RESULT     REASON          BECAUSE            ENDED                 TOOK       IMAGE
1      Succeeded  BuildSucceeded  SpecChanged,Retry  2026-11-25T19:01:05Z  1 min 5 s  astro@sha256:bbbbbbbbbbbb…`);
});

it('colours only where the terminal supports it, and shows nothing by colour alone', () => {
  const plain = print(building, builder);
  const coloured = print(building, builder, { colours: true, columns: 80 });
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
  expect(print(building, builder, { colours: false, columns: 80 })).toBe(plain);
});

it('lets nothing from the cluster move the cursor', () => {
  const evil = '\u001B[2J\u001B]0;title\u0007\u009B1A\rback\u0008\u202Eturned';
  const seen = view([`Ready=False:RunFailed ${evil}`, resolved], {
    status: {
      build: { ...started, changes: [evil] },
      failure: { reason: 'RunFailed', message: evil, packages: [evil], log: `${evil}\n${evil}` },
    },
  });
  const printed = print(seen, { ...builder, progress: { ...builder.progress, output: evil } });
  expect(printed).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  expect(printed).toContain('turned');
});

it('shows what prevents the next attempt, and what ended the last one', () => {
  const prevented = view(['Ready=False:PushUnauthorized 403: no access', resolved], {
    status: {
      build: { ...started, completionTime: '2026-11-25T20:00:21Z' },
      failure: { reason: 'RunFailed', message: 'make ended with 2' },
    },
  });
  expect(print(prevented).split('\n').slice(-3)).toEqual([
    'message       403: no access',
    'to do         In spec.output.pushSecret, name a Secret that may push to the repository.',
    'last failure  RunFailed: make ended with 2',
  ]);
});

it('shows why the moving tag of a good image stays behind, and what to do', () => {
  const tag = 'r.example/vision/astro:0123456789abcdef';
  const refused = view(['Ready=True:BuildSucceeded', resolved, 'Tagged=False:TagRefused latest cannot be moved'], {
    status: { image, tags: [tag] },
  });
  const printed = print(refused).split('\n');
  expect(printed.slice(-4)).toEqual([
    `image       ${image}`,
    `tag         ${tag}`,
    'not tagged  TagRefused: latest cannot be moved',
    expect.stringMatching(/^to do       Let the registry move the tag/),
  ]);
});
