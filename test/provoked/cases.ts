import { loadavg } from 'node:os';
import { conditionOf } from '../../src/api/conditions.ts';
import { isInfrastructureCause } from '../../src/api/reasons/failureReasons.ts';
import { readyReasons } from '../../src/api/reasons/reasons.ts';
import { eventually } from '../../tools/eventually.ts';
import { leaveFigures } from '../../tools/suites/figures.ts';
import type { State } from './journal.ts';
import { describe, type Place, type Shown, shownIn } from './place.ts';
import type { Stage } from './stage.ts';

/** One way that a build can go, and its expected reports. */
export interface Case {
  /** Unique; part of a namespace's name. */
  readonly id: string;
  /** The provoked cause, in the words of docs/lifecycle.md. */
  readonly provoked: string;
  /**
   * The reports of the status after the cause, in this order, the last for good; or that the ImageSpec and everything
   * of it is deleted.
   */
  readonly shows: readonly [Shown, ...Shown[]] | 'nothingLeft';
  /** Other permitted reports, before the cause or in between. */
  readonly also?: readonly Shown[];
  /** Jobs in all: attempts that were really made, those before the cause included. */
  readonly jobs: number;
  /** Has it happen, and gives the moment of the cause (ms since epoch). */
  readonly provoke: (place: Place, stage: Stage) => Promise<number>;
  /** Looks at more than the conditions, once it rests. */
  readonly afterwards?: (place: Place, stage: Stage, states: readonly State[]) => Promise<void>;
}

/** The result of a case, as docs/lifecycle.md shows it. */
interface Row {
  readonly id: string;
  readonly provoked: string;
  readonly shows: readonly { readonly reason: string; readonly failure: string | null; readonly seconds: number }[];
  readonly jobs: number;
  readonly message: string;
}

/** A case that was played to its end. */
export interface Played {
  readonly row: Row;
  /** When its last word was heard: ms since epoch. */
  readonly endedAt: number;
}

/**
 * Runs a case in a separate namespace.
 *
 * @returns wrong reports and actions: words that no case allows, and too many Jobs or too few
 * @throws Error with all reports, when an expected one is missing
 */
export async function play(stage: Stage, given: Case, rows: Map<string, Played>): Promise<readonly string[]> {
  const { journal } = stage;
  const place = await stage.place(given.id, (states) => {
    const wrong = misleading(states, given);
    if (wrong.length > 0) {
      throw new Error(`${wrong.join(', ')}: no case for that\n${history(states)}`);
    }
  });
  const cause = await given.provoke(place, stage);
  const shows =
    given.shows === 'nothingLeft' ? [await gone(place, cause)] : await hear(stage, place, given.shows, cause);
  const states = journal.states(place.namespace);
  await given.afterwards?.(place, stage, states);
  const jobs = journal.jobs(place.namespace).length;
  const wrong = [...misleading(states, given), ...(jobs === given.jobs ? [] : [`${jobs} Jobs, not ${given.jobs}`])];
  if (wrong.length > 0) {
    return [...wrong, history(states)];
  }
  const status = states.at(-1)?.object.status;
  const message = conditionOf(status ?? {}, 'Ready')?.message ?? '';
  rows.set(given.id, {
    row: { id: given.id, provoked: given.provoked, shows, jobs, message },
    endedAt: Date.now(),
  });
  return [];
}

/** Waits for each of these in turn. */
async function hear({ journal }: Stage, place: Place, wanted: readonly Shown[], cause: number): Promise<Row['shows']> {
  const heard: Row['shows'][number][] = [];
  let since = cause;
  for (const shown of wanted) {
    const state = await place.shown(shown, since).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${history(journal.states(place.namespace))}`);
    });
    since = state.at;
    heard.push({
      reason: shown.reason,
      failure: shownIn(state)?.failure ?? null,
      seconds: secondsSince(cause, state.at),
    });
  }
  return heard;
}

/** A deleted ImageSpec leaves nothing, with or without an operator. */
const leftSeconds = 60;

async function gone(place: Place, cause: number): Promise<Row['shows'][number]> {
  const kinds = 'imagespecs,jobs,pods,secrets,configmaps';
  await eventually('nothing is left', leftSeconds, async () => {
    const names = (await place.kubectl(['get', kinds, '-o', 'name'])).trim().split('\n');
    const left = names.filter((name) => name !== '' && name !== 'configmap/kube-root-ca.crt');
    if (left.length > 0) {
      throw new Error(left.join(', '));
    }
    return true;
  });
  return { reason: 'nothing left', failure: null, seconds: secondsSince(cause, Date.now()) };
}

function secondsSince(cause: number, at: number): number {
  return Math.round((at - cause) / 100) / 10;
}

/** Reasons that only say that work goes on. */
const calm: ReadonlySet<string> = new Set(['Pending', 'ResolvingBase', 'Queued', 'Building', 'Verifying']);

/** Reports that no case allows: a wrong reason, or a retry of a failure that no retry can fix. */
function misleading(states: readonly State[], { shows, also = [] }: Case): readonly string[] {
  const allowed = [...(shows === 'nothingLeft' ? [] : shows), ...also];
  const wrong = states.flatMap((state) => {
    const shown = shownIn(state);
    if (shown === undefined || calm.has(shown.reason)) {
      return [];
    }
    const fits = allowed.some(
      ({ reason, failure }) => reason === shown.reason && (failure === undefined || failure === shown.failure),
    );
    const hopeless =
      shown.reason === 'Retrying' && shown.failure !== undefined && !isInfrastructureCause(shown.failure);
    return fits && !hopeless ? [] : [describe(shown)];
  });
  return [...new Set(wrong)];
}

/** The states in words, for the message of a failed test. */
function history(states: readonly State[]): string {
  const first = states[0]?.at ?? 0;
  const lines = states.map((state) => {
    const { metadata, status } = state.object;
    const ready = conditionOf(status ?? {}, 'Ready');
    const build = `${status?.build?.number ?? '-'}.${status?.build?.attempt ?? '-'}`;
    const failure = status?.failure === undefined ? '' : ` [${status.failure.reason}]`;
    const seconds = ((state.at - first) / 1000).toFixed(1);
    return `  ${seconds.padStart(6)} s  generation ${metadata.generation ?? '?'}, build ${build}: ${ready?.reason ?? 'nothing yet'}${failure}: ${ready?.message ?? ''}`;
  });
  return [...new Set(lines)].join('\n');
}

/** How long a last word is watched before it counts as one that stays. */
const staysMilliseconds = 15_000;

/**
 * Looks at every case again, 15 s after its last word: a reason must also stay, and what is over must rest.
 * @returns the cases that say something else by then, or for which more Jobs were made
 */
export async function changedSince(
  { journal, namespaceOf }: Stage,
  cases: readonly Case[],
  played: ReadonlyMap<string, Played>,
): Promise<readonly string[]> {
  const heard = [...played.values()].map(({ endedAt }) => endedAt);
  const until = Math.max(0, ...heard) + staysMilliseconds;
  await journal.until('the last word of each case is 15 s old', 30, () => (Date.now() >= until ? true : undefined));
  return cases.flatMap(({ id, shows, jobs }) => {
    if (!played.has(id) || shows === 'nothingLeft') {
      return [];
    }
    const now = journal.jobs(namespaceOf(id)).length;
    const state = journal.states(namespaceOf(id)).at(-1);
    const shown = state === undefined ? undefined : shownIn(state);
    const last = shows.at(-1);
    const changed = shown?.reason === last?.reason ? [] : [`${id}: ${shown?.reason}, not ${last?.reason}`];
    const isOver = last !== undefined && readyReasons[last.reason].group !== 'underWay';
    return isOver && now !== jobs ? [...changed, `${id}: ${now} Jobs, not ${jobs}`] : changed;
  });
}

/** Leaves what came of the cases of a file for the record of the suite, of which docs/lifecycle.md is made. */
export async function leaveRows(
  suite: 'core' | 'lifecycle',
  question: string,
  played: ReadonlyMap<string, Played>,
): Promise<void> {
  const [load = 0] = loadavg();
  const measured = new Date().toISOString();
  const rows = [...played.values()].map(({ row }) => row);
  await leaveFigures(suite, question.replaceAll(/\W+/g, '-'), {
    question,
    measured,
    load: Math.round(load * 10) / 10,
    rows,
  });
}

/**
 * The cases of these names.
 * @throws Error that names the one that is not there
 */
export function casesOf(all: readonly Case[], ids: readonly string[]): readonly Case[] {
  return ids.map((id) => {
    const found = all.find((given) => given.id === id);
    if (found === undefined) {
      throw new Error(`no case is called ${id}`);
    }
    return found;
  });
}
