import { describe, expect, it } from 'vitest';
import { spec } from '../../test/support/observations.ts';
import { simulate } from '../../test/support/simulator/simulator.ts';
import type { Fault, Scenario } from '../../test/support/simulator/story.ts';

const probing = { hub: { ...spec.hub, probe: 'Enabled' } } as const;
const refused = { is: 'refused', reason: null, message: 'admission webhook "w" denied the request: no' } as const;
const unavailable = { is: 'unavailable', reason: null, message: 'failed calling webhook "w": no answer' } as const;

type Effect = Fault['do'];

/** Each effect that can fail in a story, with the reason of Ready and the words in the status. */
const rows: readonly (readonly [string, Effect, Fault['outcome'], Scenario, string, string])[] = [
  ['a Job that admission refuses', 'createJob', refused, {}, 'BuildPodRefused', 'the admission webhook w refuses'],
  [
    'a Job that gets no answer',
    'createJob',
    unavailable,
    {},
    'Pending',
    'the Job of the build cannot be created: failed',
  ],
  [
    'a Job that the API server does not delete',
    'deleteJob',
    refused,
    {},
    'BuildSucceeded',
    'cannot be deleted: admission webhook "w"',
  ],
  [
    'a Job of an older spec that the API server does not delete',
    'deleteJob',
    unavailable,
    { builds: ['never', 'pushed'], acts: [{ do: 'edit', spec: { platform: 'linux/arm64' } }] },
    'Pending',
    'of an older spec cannot be stopped: failed calling webhook',
  ],
  [
    'a Pod that admission refuses',
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
  [
    'a Pod that the API server does not delete',
    'deletePod',
    unavailable,
    { spec: probing },
    'BuildSucceeded',
    'cannot be deleted: failed',
  ],
  [
    'a list that admission refuses',
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
  // The model itself checks that the status stays the same meanwhile.
  it.each(rows)(
    '%s: the status shows it, and new attempts follow with growing pauses',
    (_, effect, outcome, scenario, reason, words) => {
      for (const answers of ['fast', 'slow'] as const) {
        const { status, writes } = simulate(
          { ...scenario, answers, faults: [{ do: effect, outcome, times: Number.POSITIVE_INFINITY }] },
          0,
        );
        expect(readyIn(status)).toMatchObject({ reason, message: expect.stringContaining(words) });
        // Three hours: every five minutes for both Pods, after the short pauses.
        expect(writes[effect]).toBeLessThan(100);
        expect(writes[effect]).toBeGreaterThan(20);
      }
    },
  );

  it.each(rows)('%s: leaves no trace once it succeeds', (_, effect, outcome, scenario) => {
    const { status } = simulate({ ...scenario, faults: [{ do: effect, outcome, times: 4 }] }, 0);
    expect(status).toEqual(simulate(scenario, 0).status);
  });

  it('the status does not show a single failure without an answer', () => {
    const faults = [{ do: 'createJob', outcome: unavailable, times: 1 }] as const;
    expect(simulate({ faults }, 0).writes).toEqual({ ...simulate({}, 0).writes, createJob: 2 });
  });

  it('a refused status shows the cause in its conditions, and is written eventually', () => {
    const fault = { do: 'writeStatus', target: 'whole', outcome: refused } as const;
    const forever = simulate({ faults: [{ ...fault, times: Number.POSITIVE_INFINITY }] }, 0);
    expect(readyIn(forever.status)?.message).toContain('the API server refuses the status');
    expect(forever.writes['writeStatus']).toBeLessThan(100);
    expect(simulate({ faults: [{ ...fault, times: 4 }] }, 0).status).toEqual(simulate({}, 0).status);
  });

  it('a status that cannot be written gets new attempts with growing pauses, and is written eventually', () => {
    const faults = [{ do: 'writeStatus', outcome: refused, times: 4 }] as const;
    const { status, writes } = simulate({ faults }, 0);
    expect(status).toEqual(simulate({}, 0).status);
    expect(writes['writeStatus']).toBeLessThanOrEqual(6);
  });
});
