import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import type { Run } from './run.ts';
import { soon } from './soon.ts';

const name = 'image';
const first = {
  baseImage: 'jupyter/minimal-notebook',
  packages: { pip: ['astropy'] },
} satisfies ImageSpecSpec;
const second = { ...first, packages: { pip: ['numpy'] } } satisfies ImageSpecSpec;

/**
 * What happens to one ImageSpec, up to its rest: a build; an edit, or a deletion with another ImageSpec of the same name,
 * while a build runs; a deletion while a build runs.
 */
export const stories = ['build', 'edit', 'recreate', 'delete'] as const;

/** Stories in which times of the API server count: a Pod that waits for a node, and one that a person deletes. */
export const timedStories = ['unschedulable', 'podDeleted'] as const;
export type Story = (typeof stories)[number] | (typeof timedStories)[number];

const scheduled = { type: 'PodScheduled', message: '0/1 nodes are available' } as const;

/** What a build, an edit or a deletion has come to, without what differs by nature: times, names, places. */
export interface End {
  readonly status: string;
  readonly jobs: number;
  readonly left: number;
  readonly tags: string;
}

/**
 * Plays a story to its end.
 * @param whileBuilding what else happens while its last build runs
 */
export async function perform(run: Run, story: Story, whileBuilding = () => Promise.resolve()): Promise<void> {
  await run.create(name, { ...first, build: { timeoutSeconds: run.timeoutSeconds } });
  switch (story) {
    case 'build': {
      const build = await run.building(name);
      await whileBuilding();
      await run.play(build, 'first');
      return run.settled(name, 'BuildSucceeded');
    }
    case 'edit': {
      const old = await run.building(name);
      run.writes.mark();
      await run.edit(name, second);
      await isGone(run, old.job.metadata.uid);
      const build = await run.building(name);
      await whileBuilding();
      await run.play(build, 'second');
      return run.settled(name, 'BuildSucceeded');
    }
    case 'recreate': {
      const old = await run.building(name);
      const { uid } = run.imageSpec(name)?.metadata ?? { uid: '' };
      run.writes.mark();
      await run.delete(name, 'Background');
      await soon('the old ImageSpec is gone', () => run.imageSpec(name)?.metadata.uid !== uid);
      await run.create(name, second);
      await isGone(run, old.job.metadata.uid);
      const build = await run.building(name);
      await whileBuilding();
      await run.play(build, 'second');
      return run.settled(name, 'BuildSucceeded');
    }
    case 'unschedulable': {
      const build = await run.building(name);
      await run.setPod(build.pod, { conditions: [{ ...scheduled, status: 'False', reason: 'Unschedulable' }] });
      await run.quiet();
      await run.setPod(build.pod, { conditions: [{ ...scheduled, status: 'True' }] });
      await run.play(build, 'first');
      return run.settled(name, 'BuildSucceeded');
    }
    case 'podDeleted': {
      const build = await run.building(name);
      await run.bind(build.pod);
      await run.deletePod(build.pod, 30);
      await run.quiet();
      await run.deletePod(build.pod, 0);
      await isGone(run, build.pod.metadata.uid);
      await soon('another attempt', () => run.jobs(run.imageSpec(name)?.metadata.uid ?? '').length === 2);
      await run.play(await run.building(name), 'first');
      return run.settled(name, 'BuildSucceeded');
    }
    case 'delete':
      await run.building(name);
      await run.delete(name, 'Foreground');
      return nothingLeft(run);
  }
}

/** Waits until neither the ImageSpec nor anything of it is left. */
async function nothingLeft(run: Run): Promise<void> {
  await soon(`${run.namespace}: nothing is left`, () => run.imageSpec(name) === undefined && run.left().length === 0);
  await run.quiet();
}

/** Waits until the Job of an older spec is gone. */
async function isGone(run: Run, uid: string): Promise<void> {
  await soon(`${run.namespace}: the Job of the older spec is gone`, () => !run.has(uid));
}

/** What the run has come to. */
export function endOf(run: Run): End {
  const anonymous = anonymousIn(run);
  return {
    status: anonymous(plainStatus(run, name)),
    jobs: run.jobs(run.imageSpec(name)?.metadata.uid ?? '').length,
    left: run.left().length,
    tags: anonymous(JSON.stringify(run.registry.tags)),
  };
}

/** The status of an ImageSpec of this name, without times, names, places and generations. */
export function statusEnd(run: Run, of: string): string {
  return anonymousIn(run)(plainStatus(run, of))
    .replaceAll(of, 'NAME')
    .replaceAll(/"observedGeneration":\d+/g, '"observedGeneration":SOME');
}

function plainStatus(run: Run, of: string): string {
  return JSON.stringify(run.imageSpec(of)?.status ?? null, (key, value: unknown) =>
    key.endsWith('Time') ? undefined : value,
  );
}

/** Replaces what differs between two runs by nature. */
function anonymousIn(run: Run): (text: string) => string {
  const names = new Map<string, string>();
  /** Names and hashes in the order of their appearance: which are the same is what counts. */
  const ordinal = (text: string): string => {
    const known = names.get(text) ?? `#${names.size + 1}`;
    names.set(text, known);
    return known;
  };
  return (text) =>
    text
      .replaceAll(run.registry.host, 'REGISTRY')
      .replaceAll(run.namespace, 'NAMESPACE')
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,64}/g, ordinal)
      .replaceAll(/ in \d+ s/g, ' in SOME s');
}
