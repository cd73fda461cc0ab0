import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaveFigures } from '../../tools/suites/figures.ts';
import { apiServer } from '../integration/place.ts';
import type { Commit, Death, Fault } from '../support/faults/fault.ts';
import { disturbEach, type Outcome, undisturbed } from '../support/faults/outcome.ts';
import { type Story, stories } from '../support/faults/stories.ts';
import { openWorld, type World } from '../support/faults/world.ts';

/** Every fault at every write of every story. The end, the writes, and both an hour later are those of the run without faults. */
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
  await leaveFigures('chaos', 'writes', figures);
  await world.close();
});

const deaths = (['before', 'afterCommit', 'afterAnswer'] satisfies Death[]).map((when): readonly [string, Fault] => [
  `the operator dies ${when}`,
  { is: 'death', when },
]);
const commits = ['lost', 'committed'] satisfies Commit[];
const answers = [409, 429, 500, 503, 504].flatMap((status) =>
  commits.map((commit): readonly [string, Fault] => [
    `${status}, ${commit}`,
    { is: 'answer', status, retryAfterSeconds: status === 429 ? 1 : null, commit },
  ]),
);
const lines = (is: 'reset' | 'hang') =>
  commits.map((commit): readonly [string, Fault] => [`${is}, ${commit}`, { is, commit }]);

/** Plays the story once for each of these points, and names what differs. */
async function differing(story: Story, name: string, fault: Fault, isMeant: (what: string) => boolean) {
  const wanted = wantedOf(story);
  const points = wanted.points.filter(({ what }) => isMeant(what));
  // Without points nothing would differ.
  expect(points.length).toBeGreaterThan(1);
  const found = await disturbEach(world, { story, wanted, points }, fault);
  figures.push({ story, fault: name, points: points.length, differing: found.length });
  return found;
}

const isTag = (what: string) => what === 'PUT tag';

describe.each(stories)('%s', (story) => {
  it.each([...deaths, ...answers, ...lines('reset')])('%s', async (name, fault) => {
    // A registry knows no conflict.
    const isMeant = (what: string) => !(fault.is === 'answer' && fault.status === 409 && isTag(what));
    expect(await differing(story, name, fault, isMeant)).toEqual([]);
  });

  it.each(lines('hang'))('%s', async (name, fault) => {
    expect(await differing(story, name, fault, (what) => !isTag(what))).toEqual([]);
  });
});

/** Side by side: all of it is waiting for the time-out of requests to registries. */
it.each(lines('hang'))('%s, of a registry', async (name, fault) => {
  const withTags = stories.filter((story) => story !== 'delete');
  const found = await Promise.all(withTags.map((story) => differing(story, `${name}, of a registry`, fault, isTag)));
  expect(found.flat()).toEqual([]);
});
