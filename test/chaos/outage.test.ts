import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiServer } from '../integration/place.ts';
import type { Fault } from '../support/faults/fault.ts';
import { begin, type Outcome, undisturbed } from '../support/faults/outcome.ts';
import { soon } from '../support/faults/soon.ts';
import { endOf, perform, type Story } from '../support/faults/stories.ts';
import { openWorld, type World } from '../support/faults/world.ts';

/** No request gets a good answer for so long that the leader loses its Lease: it ends, and another process starts. */
let world: World;
let wantedOf: (story: Story) => Outcome;

beforeAll(async () => {
  world = await openWorld((await apiServer()).cluster.kubeconfig);
  wantedOf = await undisturbed(world, ['build']);
});

afterAll(() => world.close());

it.concurrent.each<[string, Fault]>([
  ['429', { is: 'answer', status: 429, retryAfterSeconds: 1, commit: 'lost' }],
  ['500', { is: 'answer', status: 500, retryAfterSeconds: null, commit: 'lost' }],
  ['reset', { is: 'reset', commit: 'lost' }],
  ['hang', { is: 'hang', commit: 'lost' }],
])('an API server that is away until the lead is lost changes nothing: %s', async (_, fault) => {
  const run = await begin(world, 'outage', {});
  try {
    await perform(run, 'build', async () => {
      run.outage = fault;
      await soon('the lead is lost', () => run.log.some((line) => line.includes('the Lease was lost')));
      run.outage = null;
    });
    const { end, writes } = wantedOf('build');
    expect(endOf(run)).toEqual(end);
    expect({ ...run.writes.counts(), 'POST events': 0 }).toEqual({ ...writes, 'POST events': 0 });
  } finally {
    await run.end();
  }
});
