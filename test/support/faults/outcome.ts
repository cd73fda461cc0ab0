import { randomBytes } from 'node:crypto';
import type { Applied, Fault, WritePoint } from './fault.ts';
import { type Disturbance, Run } from './run.ts';
import { type End, endOf, perform, type Story } from './stories.ts';
import type { World } from './world.ts';

/** An hour and a bit: a Job that succeeded is kept for an hour. */
export const hourMs = 3_660_000;

/** A story that was played to its end, and looked at an hour and two hours later. */
export interface Outcome {
  readonly end: End;
  readonly later: End;
  readonly writes: Readonly<Record<string, number>>;
  readonly writesLater: Readonly<Record<string, number>>;
  readonly points: readonly WritePoint[];
  readonly applied: readonly Applied[];
  /** How often the fault was met. */
  readonly met: number;
}

/** A run that differs from the undisturbed one, or that did not come to its end. */
export interface Differing {
  readonly at: string;
  readonly differs: object | null;
}

/** Begins a run in a namespace of its own. */
export function begin(world: World, label: string, disturbance: Disturbance): Promise<Run> {
  return Run.begin(world, `faults-${label.toLowerCase()}-${randomBytes(4).toString('hex')}`, disturbance);
}

/** Plays every story once, undisturbed. */
export async function undisturbed(world: World, stories: readonly Story[]): Promise<(story: Story) => Outcome> {
  const all = new Map(
    await Promise.all(stories.map(async (story) => [story, await outcomeOf(world, story, {})] as const)),
  );
  return (story) => {
    const found = all.get(story);
    if (found === undefined) {
      throw new Error(`${story} is none of the stories that were played`);
    }
    return found;
  };
}

/** Plays a story, and looks at its end an hour and two hours later. */
export async function outcomeOf(world: World, story: Story, disturbance: Disturbance): Promise<Outcome> {
  const run = await begin(world, story, disturbance);
  try {
    await perform(run, story);
    const [end, writes, points] = [endOf(run), run.writes.counts(), run.writes.points()];
    // Twice: a process that died an hour later keeps the Job for an hour more.
    await run.later(hourMs);
    await run.later(hourMs);
    await run.untilDeleted();
    // What is gone may change the status once more.
    await run.quiet();
    return {
      end,
      writes,
      later: endOf(run),
      writesLater: run.writes.counts(),
      // An hour later all stories are alike.
      points: story === 'build' ? run.writes.points() : points,
      applied: run.writes.applied,
      met: run.writes.met,
    };
  } catch (error) {
    throw new Error(`${run.namespace}: ${JSON.stringify(run.writes.applied)}\n${run.log.slice(-5).join('\n')}`, {
      cause: error,
    });
  } finally {
    await run.end();
  }
}

/** What a disturbed run has otherwise than the undisturbed one; null: nothing. */
export function differenceOf(wanted: Outcome, found: Outcome): object | null {
  const differs = {
    ...(found.met === 0 ? { met: 'the fault was not met' } : {}),
    ...unlike('end', wanted.end, found.end),
    ...unlike('later', wanted.later, found.later),
    ...unlikeCounts('writes', withoutEvents(wanted.writes), withoutEvents(found.writes)),
    ...unlikeCounts('writesLater', wanted.writesLater, found.writesLater),
  };
  return Object.keys(differs).length === 0
    ? null
    : { ...differs, applied: found.applied.map(({ what, detail }) => `${what} ${detail}`) };
}

/** Plays the story once for each point, all with this fault, and names what differs. */
export async function disturbEach(
  world: World,
  {
    story,
    wanted,
    points,
  }: { readonly story: Story; readonly wanted: Outcome; readonly points: readonly WritePoint[] },
  fault: Fault,
): Promise<readonly Differing[]> {
  const outcomes = await Promise.all(
    points.map(async (at): Promise<Differing> => {
      const name = `${at.what} ${at.nth}`;
      try {
        return { at: name, differs: differenceOf(wanted, await outcomeOf(world, story, { write: { at, fault } })) };
      } catch (error) {
        return { at: name, differs: failureOf(error) };
      }
    }),
  );
  return outcomes.filter(({ differs }) => differs !== null);
}

function unlike(name: string, wanted: End, found: End): Readonly<Record<string, unknown>> {
  return JSON.stringify(wanted) === JSON.stringify(found) ? {} : { [name]: { wanted, found } };
}

/**
 * Kinds of writes that the server applied in another number than in the undisturbed run. Events alone may be fewer: the
 * operator sends one after the status that it reports, and once.
 */
function unlikeCounts(
  name: string,
  wanted: Readonly<Record<string, number>>,
  found: Readonly<Record<string, number>>,
): Readonly<Record<string, unknown>> {
  const kinds = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  const differs = [...kinds].flatMap((what) => {
    const count = (found[what] ?? 0) - (wanted[what] ?? 0);
    return count > 0 || (count < 0 && what !== 'POST events') ? [`${what} ${count > 0 ? '+' : ''}${count}`] : [];
  });
  return differs.length === 0 ? {} : { [name]: differs };
}

/** Without Events, which follow the writes that they report a moment later. */
function withoutEvents(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([what]) => what !== 'POST events'));
}

/** What kept a run from its end. */
export function failureOf(error: unknown): { readonly failed: string; readonly cause: string } {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return { failed: message, cause: String(cause) };
}
