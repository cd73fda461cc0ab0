import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Death, WritePoint } from '../support/faults/fault.ts';
import { disturbEach, type Outcome, undisturbed } from '../support/faults/outcome.ts';
import { type Story, stories } from '../support/faults/stories.ts';
import { openWorld, type World } from '../support/faults/world.ts';
import { apiServer } from './place.ts';

/**
 * The operator dies at each of its writes, and another process takes over: before the write reaches the API server or the
 * registry, after it with the answer lost, and after the answer. The suite chaos has every write and every fault.
 */
let world: World;
let wantedOf: (story: Story) => Outcome;

beforeAll(async () => {
  world = await openWorld((await apiServer()).cluster.kubeconfig);
  wantedOf = await undisturbed(world, stories);
});

afterAll(() => world.close());

/** Writes that are steps of the work; an Event only reports one. */
const isStep = ({ what }: WritePoint) => what !== 'POST events';

describe.each(stories)('%s', (story) => {
  it.each<Death>(['before', 'afterCommit', 'afterAnswer'])(
    'ends as if nothing had happened when the operator dies at a write: %s',
    async (when) => {
      const wanted = wantedOf(story);
      const points = wanted.points.filter(isStep);
      expect(points.length).toBeGreaterThan(1);
      const fault = { is: 'death', when } as const;
      expect(await disturbEach(world, { story, wanted, points }, fault)).toEqual([]);
    },
  );
});
