import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaveFigures } from '../../tools/suites/figures.ts';
import { apiServer } from '../integration/place.ts';
import { differenceOf, failureOf, type Outcome, outcomeOf, undisturbed } from '../support/faults/outcome.ts';
import { type Story, stories } from '../support/faults/stories.ts';
import type { WatchFault } from '../support/faults/watchLines.ts';
import { openWorld, type World } from '../support/faults/world.ts';

/** Every fault at each of the first events of each watch. */
let world: World;
let wantedOf: (story: Story) => Outcome;
const figures: {
  readonly story: string;
  readonly fault: string;
  readonly points: number;
  readonly differing: number;
}[] = [];

beforeAll(async () => {
  world = await openWorld((await apiServer()).cluster.kubeconfig);
  wantedOf = await undisturbed(world, stories);
});

afterAll(async () => {
  await leaveFigures('chaos', 'watches', figures);
  await world.close();
});

const faults = ['drop', 'double', 'delay', 'reorder', 'cut', 'gone', 'silence'] satisfies WatchFault[];
const events = ['imagespecs', 'jobs', 'pods'].flatMap((resource) => [1, 2, 3, 4].map((nth) => ({ resource, nth })));

describe.each(stories.filter((story) => story !== 'delete'))('%s', (story) => {
  it.each(faults)('an event of a watch: %s', async (fault) => {
    const wanted = wantedOf(story);
    const outcomes = await Promise.all(
      events.map(async ({ resource, nth }) => {
        const at = `${resource} ${nth}`;
        try {
          const found = await outcomeOf(world, story, { watch: { resource, nth, fault } });
          return { at, resource, met: found.met, differs: found.met === 0 ? null : differenceOf(wanted, found) };
        } catch (error) {
          return { at, resource, met: 1, differs: failureOf(error) };
        }
      }),
    );
    const met = outcomes.filter((one) => one.met > 0);
    const differing = met.filter(({ differs }) => differs !== null);
    figures.push({ story, fault, points: met.length, differing: differing.length });
    expect(differing).toEqual([]);
    // Each watch has events to disturb.
    expect(new Set(met.map(({ resource }) => resource)).size).toBe(3);
  });
});
