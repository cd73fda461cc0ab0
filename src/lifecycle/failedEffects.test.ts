import { describe, expect, it } from 'vitest';
import { spec } from '../../test/support/observations.ts';
import { simulate } from '../../test/support/simulator/simulator.ts';
import type { Fault, Scenario } from '../../test/support/simulator/story.ts';

const probing = { hub: { ...spec.hub, probe: 'Enabled' } } as const;
const refused = { is: 'refused', reason: null, message: 'admission webhook "w" denied the request: no' } as const;
const unavailable = { is: 'unavailable', reason: null, message: 'failed calling webhook "w": no answer' } as const;

type Effect = Fault['do'];

/** Each effect that can fail in a story, with the words of a person's view, and what Ready says. */
const rows: readonly (readonly [string, Effect, Fault['outcome'], Scenario, string, string])[] = [
  ['a Job that is not let in', 'createJob', refused, {}, 'BuildPodRefused', 'the admission webhook w refuses'],
  [
    'a Job that gets no answer',
    'createJob',
    unavailable,
    {},
    'Pending',
    'the Job of the build cannot be created: failed',
  ],
  ['a Job that stays', 'deleteJob', refused, {}, 'BuildSucceeded', 'cannot be deleted: admission webhook "w"'],
  [
    'a Job of an older spec that goes on',
    'deleteJob',
    unavailable,
    { builds: ['never', 'pushed'], acts: [{ do: 'edit', spec: { platform: 'linux/arm64' } }] },
    'Pending',
    'of an older spec cannot be stopped: failed calling webhook',
  ],
  [
    'a Pod that is not let in',
    'createPod',
    refused,
    { spec: probing },
    'BuildSucceeded',
    'cannot be created: admission',
  ],
  [
    'a Pod that gets no answer',
    'createPod',
    unavailable,
    { spec: probing },
    'BuildSucceeded',
    'cannot be created: failed',
  ],
  ['a Pod that stays', 'deletePod', unavailable, { spec: probing }, 'BuildSucceeded', 'cannot be deleted: failed'],
  [
    'a list that is not written',
    'writeContents',
    refused,
    { spec: probing },
    'BuildSucceeded',
    'the packages of the image cannot be listed: admission',
  ],
];

function readyIn(status: unknown): { readonly reason: string; readonly message: string } | undefined {
  const { conditions }: { conditions?: readonly { type: string; reason: string; message: string }[] } = JSON.parse(
    JSON.stringify(status),
  );
  return conditions?.find(({ type }) => type === 'Ready');
}

describe('an effect that fails', () => {
  // The model itself sees to it that what the status says stays the same meanwhile.
  it.each(rows)('%s: is shown, and tried again with growing pauses', (_, effect, outcome, scenario, reason, words) => {
    for (const answers of ['fast', 'slow'] as const) {
      const { status, writes } = simulate(
        { ...scenario, answers, faults: [{ do: effect, outcome, times: Number.POSITIVE_INFINITY }] },
        0,
      );
      expect(readyIn(status)).toMatchObject({ reason, message: expect.stringContaining(words) });
      // Three hours: every five minutes for each of the two Pods, and the short pauses before.
      expect(writes[effect]).toBeLessThan(100);
      expect(writes[effect]).toBeGreaterThan(20);
    }
  });

  it.each(rows)('%s: leaves nothing once it works', (_, effect, outcome, scenario) => {
    const { status } = simulate({ ...scenario, faults: [{ do: effect, outcome, times: 4 }] }, 0);
    expect(status).toEqual(simulate(scenario, 0).status);
  });

  it('a failure without an answer that is over at once is not written', () => {
    const faults = [{ do: 'createJob', outcome: unavailable, times: 1 }] as const;
    expect(simulate({ faults }, 0).writes).toEqual({ ...simulate({}, 0).writes, createJob: 2 });
  });

  it('a status that is refused shows why in its conditions, and stands in the end', () => {
    const fault = { do: 'writeStatus', target: 'whole', outcome: refused } as const;
    const forever = simulate({ faults: [{ ...fault, times: Number.POSITIVE_INFINITY }] }, 0);
    expect(readyIn(forever.status)?.message).toContain('the API server refuses the status');
    expect(forever.writes['writeStatus']).toBeLessThan(100);
    expect(simulate({ faults: [{ ...fault, times: 4 }] }, 0).status).toEqual(simulate({}, 0).status);
  });

  it('a status that cannot be written is tried again with growing pauses, and stands in the end', () => {
    const faults = [{ do: 'writeStatus', outcome: refused, times: 4 }] as const;
    const { status, writes } = simulate({ faults }, 0);
    expect(status).toEqual(simulate({}, 0).status);
    expect(writes['writeStatus']).toBeLessThanOrEqual(6);
  });
});
