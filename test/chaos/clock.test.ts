import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServer } from '../integration/place.ts';
import { differenceOf, type Outcome, outcomeOf, undisturbed } from '../support/faults/outcome.ts';
import { type Story, stories, timedStories } from '../support/faults/stories.ts';
import { openWorld, type World } from '../support/faults/world.ts';

/** The operator's clock is wrong by ten minutes: times of the API server must not be compared with it. */
let world: World;
let wantedOf: (story: Story) => Outcome;

beforeAll(async () => {
  world = await openWorld((await apiServer()).cluster.kubeconfig);
  wantedOf = await undisturbed(world, [...stories, ...timedStories]);
});

afterAll(() => world.close());

const minutes = 60_000;

// Side by side: much of these is waiting for the controllers.
describe.concurrent.each([
  ['ahead', 10 * minutes],
  ['behind', -10 * minutes],
])('a clock that is ten minutes %s', (_, skewMs) => {
  it.each([...stories, ...timedStories])('changes nothing: %s', async (story) => {
    expect(differenceOf(wantedOf(story), { ...(await outcomeOf(world, story, { skewMs })), met: 1 })).toBeNull();
  });
});
