import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiServer } from '../integration/place.ts';
import type { WritePoint } from '../support/faults/fault.ts';
import { begin, type Outcome, undisturbed } from '../support/faults/outcome.ts';
import { type Replica, startReplica } from '../support/faults/replica.ts';
import { endOf, perform, type Story } from '../support/faults/stories.ts';
import { openWorld, type World } from '../support/faults/world.ts';

/**
 * A leader freezes (SIGSTOP) with a write on its way. Another process takes over and ends the story. Then the write arrives,
 * and the old leader wakes.
 */
let world: World;
let wantedOf: (story: Story) => Outcome;

beforeAll(async () => {
  world = await openWorld((await apiServer()).cluster.kubeconfig);
  wantedOf = await undisturbed(world, ['build']);
});

afterAll(() => world.close());

const points: readonly WritePoint[] = [
  { what: 'POST jobs', nth: 1 },
  { what: 'PATCH imagespecs/status', nth: 1 },
  { what: 'PATCH imagespecs/status', nth: 2 },
  { what: 'PUT tag', nth: 1 },
  { what: 'PUT tag', nth: 2 },
];

it.concurrent.each(points)('a leader that freezes at $what $nth changes nothing when it wakes', async (at) => {
  const thaw = Promise.withResolvers<void>();
  const replicas: Replica[] = [];
  const run = await begin(world, 'leader', {
    write: { at, fault: { is: 'held' } },
    before: async (begun) => {
      replicas.push(await startReplica(world, begun));
    },
  });
  const [leader] = replicas;
  try {
    run.writes.hold = () => {
      leader?.signal('SIGSTOP');
      return thaw.promise;
    };
    await perform(run, 'build');
    expect(run.writes.met).toBe(1);
    thaw.resolve();
    leader?.signal('SIGCONT');
    // It knows that it may not lead, and ends.
    expect(await leader?.ended).toBe(1);
    await run.quiet();
    const { end, writes } = wantedOf('build');
    expect(endOf(run)).toEqual(end);
    const { 'PUT tag': tags = 0, ...made } = run.writes.counts();
    const { 'PUT tag': wantedTags = 0, ...wanted } = writes;
    expect({ ...made, 'POST events': 0 }).toEqual({ ...wanted, 'POST events': 0 });
    // A registry knows no precondition: the tag that was on its way is put once more, to the same image.
    expect(tags).toBe(wantedTags + (at.what === 'PUT tag' ? 1 : 0));
  } finally {
    await leader?.stop();
    await run.end();
  }
});
