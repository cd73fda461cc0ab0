import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServer } from '../integration/place.ts';
import { begin, hourMs, type Outcome, undisturbed } from '../support/faults/outcome.ts';
import type { Run } from '../support/faults/run.ts';
import { endOf, perform } from '../support/faults/stories.ts';
import { gate } from '../support/faults/watchLines.ts';
import { openWorld, type World } from '../support/faults/world.ts';

/** An operator starts with lists of the past, and its watches bring nothing for a while: it sees the world as it was. */
let world: World;
const stories = ['build', 'edit', 'recreate'] as const;
let wantedOf: (story: (typeof stories)[number]) => Outcome;

beforeAll(async () => {
  world = await openWorld((await apiServer()).cluster.kubeconfig);
  wantedOf = await undisturbed(world, stories);
});

afterAll(() => world.close());

/** For a slow machine, no expectation: one test starts the operator some twenty times. */
const limitMs = 300_000;

/** An operator that sees the world as it was. */
interface Past {
  /** The resources whose stale list it has. */
  readonly listed: ReadonlySet<string>;
  /** Shows it the present. */
  readonly open: () => void;
}

/** Starts the operator again with what these resources were at a version. */
function startInThePast(run: Run, resources: readonly string[], version: string): Past {
  const { pass, open } = gate(resources);
  const listed = new Set<string>();
  run.watch = pass;
  run.rewrite = (path) => {
    const resource = path.includes('limit=') ? resources.find((one) => path.includes(`/${one}?`)) : undefined;
    if (resource === undefined) {
      return path;
    }
    listed.add(resource);
    return `${path}&resourceVersion=${version}&resourceVersionMatch=Exact`;
  };
  run.kill();
  return { listed, open };
}

/** Starts the operator in each of its pasts, and names what it then wrote or changed, which is nothing. */
async function visit(run: Run, resources: readonly string[], when: string): Promise<readonly unknown[]> {
  const [end, written] = [endOf(run), run.writes.applied.length];
  for (const [index, version] of run.versions.entries()) {
    const { listed, open } = startInThePast(run, resources, version);
    await run.quiet();
    expect([...listed].toSorted()).toEqual(resources);
    open();
    await run.quiet();
    const writes = run.writes.applied.slice(written).map(({ what, detail }) => `${what} ${detail}`);
    if (writes.length > 0 || JSON.stringify(endOf(run)) !== JSON.stringify(end)) {
      return [{ when, index, writes, end: endOf(run) }];
    }
  }
  return [];
}

describe.concurrent.each([
  ['everything', ['imagespecs', 'jobs', 'pods']],
  ['ImageSpecs', ['imagespecs']],
  ['Jobs', ['jobs']],
  ['Pods', ['pods']],
])('a stale list of %s', (_, resources) => {
  it.concurrent.each(stories)(
    'changes nothing, whenever the operator starts: %s',
    async (story) => {
      const run = await begin(world, 'stale', {});
      try {
        const changed: unknown[] = [];
        await perform(run, story, async () => {
          await run.quiet();
          changed.push(...(await visit(run, resources, 'while it builds')));
        });
        changed.push(...(await visit(run, resources, 'at its end')));
        await run.later(hourMs);
        await run.untilDeleted();
        changed.push(...(await visit(run, resources, 'an hour later')));
        expect(changed).toEqual([]);
      } finally {
        await run.end();
      }
    },
    limitMs,
  );

  it('does not change the end of a build that ends meanwhile', async () => {
    const run = await begin(world, 'stale', {});
    try {
      await perform(run, 'build', async () => {
        await run.quiet();
        const [beforeEverything = ''] = run.versions;
        const { listed, open } = startInThePast(run, resources, beforeEverything);
        await run.quiet();
        expect([...listed].toSorted()).toEqual(resources);
        run.afterPlay = async (job) => {
          await run.ends(job);
          await run.quiet();
          open();
        };
      });
      expect(endOf(run)).toEqual(wantedOf('build').end);
    } finally {
      await run.end();
    }
  });
});
