import { describe, expect, it } from 'vitest';
import { fixedTag, movingTag, ownTag, spec } from '../../test/support/observations.ts';
import { rivalDigest } from '../../test/support/simulator/registry.ts';
import { simulate } from '../../test/support/simulator/simulator.ts';
import type { Scenario } from '../../test/support/simulator/story.ts';

const probing = { ...spec.hub, probe: 'Enabled' } as const;
const required = { ...probing, policy: 'Require' } as const;
const mounting = (way: 'Auto' | 'Mounted') => {
  const { platformSettings } = spec;
  return { retries: 0, platformSettings: { ...platformSettings, build: { ...platformSettings.build, base: way } } };
};
const verify = [{ name: 'imports', command: ['python', '-c', 'import astropy'], timeoutSeconds: 60 }];
const failing = [{ name: 'never', command: ['false'], timeoutSeconds: 60 }];
const other = { platform: 'linux/arm64' };

const older = { is: 'other', output: movingTag, name: 'older' } as const;
/** All attempts of a launch or of the commands. */
const evictions = Array.from({ length: 32 }, () => 'evicted' as const);

/** Every story with the reason of Ready at its end. */
const scenarios: readonly (readonly [string, string, Scenario])[] = [
  ['a build', 'BuildSucceeded', {}],
  ['a build, proven and listed', 'BuildSucceeded', { spec: { hub: probing } }],
  ['a build whose immutable tag another ImageSpec puts first', 'BuildSucceeded', { rival: 'isFaster' }],
  ['an older ImageSpec has the moving tag', 'BuildSucceeded', { outputHolder: older }],
  [
    'an older ImageSpec has the moving tag, and is deleted',
    'BuildSucceeded',
    { outputHolder: older, acts: [{ do: 'changeHolder', holder: { is: 'self' } }] },
  ],
  ['a build that fails', 'PackageNotFound', { builds: ['failed'] }],
  ['a mounted build', 'BuildSucceeded', { spec: mounting('Auto') }],
  ['a base that the node cannot pull', 'BuildSucceeded', { spec: mounting('Auto'), builds: ['baseUnpullable'] }],
  [
    'a base that the node cannot pull and that must be mounted',
    'BuilderUnavailable',
    { spec: mounting('Mounted'), builds: ['baseUnpullable'] },
  ],
  ['an eviction, then a build', 'BuildSucceeded', { builds: ['evicted', 'pushed'] }],
  ['evictions until no retries are left', 'RetriesExhausted', { builds: ['evicted'] }],
  ['verify passes', 'BuildSucceeded', { spec: { hub: probing, verify } }],
  ['verify fails', 'VerificationFailed', { spec: { verify }, checks: ['failed'] }],
  [
    'verify is edited to a command that fails while the image is good',
    'VerificationFailed',
    { spec: { verify }, checks: ['passed', 'failed'], acts: [{ do: 'edit', spec: { verify: failing } }] },
  ],
  [
    'verify fails, and the resource is suspended and resumed',
    'VerificationFailed',
    {
      spec: { verify },
      checks: ['passed', 'failed'],
      acts: [
        { do: 'edit', spec: { verify: failing } },
        { do: 'edit', spec: { suspend: true } },
        { do: 'edit', spec: { suspend: false } },
      ],
    },
  ],
  ['verify is evicted, then passes', 'BuildSucceeded', { spec: { verify }, checks: ['evicted', 'passed'] }],
  [
    'verify fails, and is corrected',
    'BuildSucceeded',
    {
      spec: { verify },
      checks: ['failed', 'passed'],
      acts: [
        { do: 'edit', spec: { verify: [{ ...verify[0], name: 'other', command: ['true'], timeoutSeconds: 60 }] } },
      ],
    },
  ],
  [
    'verify fails, and a retry follows',
    'BuildSucceeded',
    { spec: { verify }, checks: ['failed', 'passed'], acts: [{ do: 'ask', requests: { retry: 'again' } }] },
  ],
  ['verify is evicted for ever', 'RetriesExhausted', { spec: { verify }, checks: ['evicted'] }],
  [
    'verify is evicted until no attempts are left, and a retry follows',
    'BuildSucceeded',
    {
      spec: { verify },
      checks: [...evictions, 'passed'],
      acts: [{ do: 'ask', requests: { retry: 'again' } }],
    },
  ],
  ['a launch that is evicted for ever', 'BuildSucceeded', { spec: { hub: probing }, checks: ['evicted'] }],
  [
    'a launch whose Hub stand-in never gets its port',
    'BuildSucceeded',
    { spec: { hub: probing }, checks: ['portTaken'] },
  ],
  [
    'a required verdict of an image that takes the port of the Hub stand-in',
    'BuildSucceeded',
    { spec: { hub: required }, checks: ['takesTheFirstPort'] },
  ],
  ['a required verdict that never comes', 'RetriesExhausted', { spec: { hub: required }, checks: ['portTaken'] }],
  [
    'a required verdict that never comes, and a retry follows',
    'BuildSucceeded',
    {
      spec: { hub: required },
      checks: [...evictions, 'passed'],
      acts: [{ do: 'ask', requests: { retry: 'again' } }],
    },
  ],
  [
    'commands that pass, and a required verdict of False',
    'JupyterHubIncompatible',
    { spec: { hub: required, verify }, checks: ['passed', 'failed'] },
  ],
  [
    'a required verdict that never comes for the second build',
    'RetriesExhausted',
    {
      spec: { hub: required },
      checks: ['passed', 'passed', 'portTaken'],
      acts: [{ do: 'edit', spec: other }],
    },
  ],
  ['a required verdict', 'BuildSucceeded', { spec: { hub: required } }],
  ['a required verdict of False', 'JupyterHubIncompatible', { spec: { hub: required }, checks: ['failed'] }],
  [
    'an edit to another tag, long after the build',
    'BuildSucceeded',
    { acts: [{ do: 'edit', spec: { movingTag: 'stable' } }] },
  ],
  ['an edit', 'BuildSucceeded', { acts: [{ do: 'edit', spec: other }] }],
  [
    'an edit and back',
    'ImageReused',
    {
      acts: [
        { do: 'edit', spec: other },
        { do: 'edit', spec: { platform: spec.platform } },
      ],
    },
  ],
  [
    'an edit after a failure',
    'BuildSucceeded',
    { builds: ['failed', 'pushed'], acts: [{ do: 'edit', spec: { timeoutSeconds: 900 } }] },
  ],
  ['an edit during a build', 'BuildSucceeded', { builds: ['never', 'pushed'], acts: [{ do: 'edit', spec: other }] }],
  ['a rebuild', 'BuildSucceeded', { acts: [{ do: 'ask', requests: { rebuild: 'now' } }] }],
  [
    'a rebuild during a build',
    'BuildSucceeded',
    { builds: ['never', 'pushed'], acts: [{ do: 'ask', requests: { rebuild: 'now' } }] },
  ],
  ['a retry', 'BuildSucceeded', { builds: ['failed', 'pushed'], acts: [{ do: 'ask', requests: { retry: 'now' } }] }],
  ['a cancel', 'Cancelled', { builds: ['never'], acts: [{ do: 'ask', requests: { cancel: 'now' } }] }],
  [
    'a cancel, then a retry',
    'BuildSucceeded',
    {
      builds: ['never', 'pushed'],
      acts: [
        { do: 'ask', requests: { cancel: 'now' } },
        { do: 'ask', requests: { retry: 'now' } },
      ],
    },
  ],
  ['a Job that a person deletes', 'BuildSucceeded', { builds: ['never', 'pushed'], acts: [{ do: 'deleteJob' }] }],
  ['an image that is lost', 'BuildSucceeded', { acts: [{ do: 'loseImage' }] }],
  [
    'a base that moves',
    'BuildSucceeded',
    { spec: { baseUpdate: { policy: 'Rebuild', intervalSeconds: 3600 } }, acts: [{ do: 'moveBase' }] },
  ],
  ['a corrected Secret', 'BuildSucceeded', { builds: ['failed', 'pushed'], acts: [{ do: 'changeSecret' }] }],
  ['a quota that is freed', 'BuildSucceeded', { quota: 'full', acts: [{ do: 'freeQuota' }] }],
  [
    'suspended, edited, resumed',
    'BuildSucceeded',
    {
      acts: [
        { do: 'edit', spec: { suspend: true, ...other } },
        { do: 'edit', spec: { suspend: false } },
      ],
    },
  ],
];

function readyIn(status: unknown): unknown {
  const { conditions }: { conditions?: readonly { type: string; reason: string }[] } = JSON.parse(
    JSON.stringify(status),
  );
  return conditions?.find(({ type }) => type === 'Ready')?.reason;
}

/** A write that may harmlessly repeat: the list of packages, which only the status remembers. */
function counted(writes: Readonly<Record<string, number>>): unknown {
  return { ...writes, writeContents: undefined };
}

/** A story with more writes than this repeats itself, so only some restarts are worth a run. */
const longStory = 40;
const crashesOfLongStory = 5;

describe('the state machine in a model of the cluster', () => {
  it.each([
    [4, 'BuildSucceeded', 1],
    [5, 'BuildSucceeded', 2],
    [Number.POSITIVE_INFINITY, 'RetriesExhausted', 26],
  ])('builds an image again only after the registry has failed to show it 5 times: %s', (shownAfter, reason, jobs) => {
    const { status, writes } = simulate({ shownAfter }, 0);
    expect([readyIn(status), writes['createJob']]).toEqual([reason, jobs]);
  });

  it('never overwrites the immutable tag, also when another ImageSpec has put it since the look-up', () => {
    const { tags } = simulate({ rival: 'isFaster' }, 0);
    expect(tags).toEqual({
      [fixedTag]: rivalDigest,
      [ownTag]: tags[movingTag],
      [movingTag]: expect.not.stringMatching(rivalDigest),
    });
  });

  it.each(scenarios)('%s: a restart at any write changes neither the end nor the writes', (_, reason, scenario) => {
    const undisturbed = simulate(scenario, 0);
    expect(readyIn(undisturbed.status)).toBe(reason);
    const total = Object.values(undisturbed.writes).reduce((sum, count) => sum + count, 0);
    const stride = total <= longStory ? 1 : Math.ceil(total / crashesOfLongStory);
    for (let write = 1; write <= total; write += stride) {
      const { writes, steps: _steps, tookMs: _took, ...end } = simulate(scenario, write);
      const { writes: expected, steps: _more, tookMs: _longer, ...wanted } = undisturbed;
      expect({ write, ...end }).toEqual({ write, ...wanted });
      expect({ write, writes: counted(writes) }).toEqual({ write, writes: counted(expected) });
    }
  });

  it.each<readonly [string, Scenario]>([
    ['a build', { builds: ['failed', 'pushed'] }],
    ['the commands', { spec: { verify }, checks: ['failed', 'passed'] }],
    ['a launch', { spec: { hub: required }, checks: ['failed', 'passed'] }],
  ])('the operator answers a retry right after the failure of %s', (_, scenario) => {
    const requests = { retry: 'now' };
    const late = simulate({ ...scenario, acts: [{ do: 'ask', requests }] }, 0);
    expect(readyIn(late.status)).toBe('BuildSucceeded');
    for (const when of ['before', 'after'] as const) {
      expect(readyIn(simulate({ ...scenario, hasty: { when, requests } }, 0).status)).toBe('BuildSucceeded');
    }
  });

  it.each<readonly [string, NonNullable<Scenario['spec']>]>([
    ['a launch', { hub: required }],
    ['commands', { verify }],
  ])('a retry waits for no slow pause of %s', (_, asked) => {
    const scenario: Scenario = { spec: asked, checks: [...evictions.slice(0, 8), 'passed'] };
    const patient = simulate(scenario, 0);
    const hasty = simulate({ ...scenario, hasty: { when: 'after', requests: { retry: 'now' } } }, 0);
    expect([readyIn(patient.status), readyIn(hasty.status)]).toEqual(['BuildSucceeded', 'BuildSucceeded']);
    expect(hasty.tookMs).toBeLessThan(patient.tookMs - 1_000_000);
  });

  it.each(scenarios)('%s: a slow registry does not change the end', (_, __, scenario) => {
    const fast = simulate(scenario, 0);
    const slow = simulate({ ...scenario, answers: 'slow' }, 0);
    expect([slow.status, slow.tags]).toEqual([fast.status, fast.tags]);
    // A slow registry adds statuses for its waits, and no other write.
    expect({ ...slow.writes, writeStatus: 0 }).toEqual({ ...fast.writes, writeStatus: 0 });
  });

  const day = 86_400_000;
  const dependOnTime: readonly (readonly [string, Scenario])[] = [
    ['an eviction, then a build', { builds: ['evicted', 'pushed'] }],
    ['commands that pass', { spec: { hub: probing, verify } }],
    ['interrupted commands, then a pass', { spec: { verify }, checks: ['evicted', 'passed'] }],
    ['an interrupted launch, then a pass', { spec: { hub: required }, checks: ['evicted', 'passed'] }],
    ['an image that is lost', { acts: [{ do: 'loseImage' }] }],
  ];
  it.each(
    dependOnTime.flatMap(([name, scenario]) => [
      [name, 'ahead', 2 * day, scenario] as const,
      [name, 'behind', -2 * day, scenario] as const,
    ]),
  )('%s: a node whose clock is days %s changes nothing', (_, __, nodeAheadMs, scenario) => {
    const right = simulate(scenario, 0);
    const wrong = simulate({ ...scenario, nodeAheadMs }, 0);
    expect([readyIn(wrong.status), wrong.writes]).toEqual([readyIn(right.status), right.writes]);
    expect(Math.abs(wrong.tookMs - right.tookMs)).toBeLessThan(2000);
  });

  it('writes one Job, and one status for each state that lasts', () => {
    expect(simulate({}, 0).writes).toEqual({ createJob: 1, deleteJob: 1, putTag: 2, writeStatus: 2 });
  });
});
