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
const lines = (['reset', 'hang'] as const).flatMap((is) =>
  commits.map((commit): readonly [string, Fault] => [`${is}, ${commit}`, { is, commit }]),
);

describe.each(stories)('%s', (story) => {
  it.each([...deaths, ...answers, ...lines])('%s', async (name, fault) => {
    const wanted = wantedOf(story);
    // A registry knows no conflict.
    const points = wanted.points.filter(
      ({ what }) => !(fault.is === 'answer' && fault.status === 409 && what === 'PUT tag'),
    );
    const differing = await disturbEach(world, { story, wanted, points }, fault);
    figures.push({ story, fault: name, points: points.length, differing: differing.length });
    expect(differing).toEqual([]);
  });
});
