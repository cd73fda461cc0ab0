import { extended } from '../../imagespec/env/extension.ts';
import { inputHash } from '../../imagespec/inputHash.ts';
import { type BuildRun, hasEnded } from '../../kaniko/run.ts';
import { findBases } from '../bases/bases.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Unknown } from '../model/needs.ts';
import type { Observation } from '../model/observation.ts';
import type { Goal, Situation } from '../model/situation.ts';
import { salvage } from './salvage.ts';

/** The goal, and the Jobs that build it. */
export interface Wanted {
  readonly is: 'wanted';
  readonly goal: Goal;
  readonly runs: readonly BuildRun[];
}

/**
 * Derives the goal from spec and bases; the operator stops Jobs of another goal first.
 * @param rebuild mark of a rebuild that may begin and takes the newest bases; null: there is none
 */
export function wantedOf(seen: Observation, known: Knowledge, rebuild: string | null): Wanted | Situation {
  const found = goalOf(seen, known, rebuild);
  if (found.is === 'asking' || found.is === 'waiting') {
    return found;
  }
  const goal = found.is === 'goal' ? found.goal : null;
  const runs = seen.builds.filter((run) => !run.deleting);
  // An existing Job does not answer an open rebuild.
  const wanted = goal === null || rebuild !== null ? [] : runs.filter((run) => builds(run, goal));
  const others = runs.filter((run) => !wanted.includes(run));
  const saved = goal === null ? undefined : salvage(seen, others);
  return (
    saved ?? unwanted(known, others) ?? (found.is === 'goal' ? { is: 'wanted', goal: found.goal, runs: wanted } : found)
  );
}

function goalOf(
  seen: Observation,
  known: Knowledge,
  rebuild: string | null,
): { readonly is: 'goal'; readonly goal: Goal } | Unknown {
  const { plan } = seen;
  if (!plan.ok) {
    return { is: 'stalled', goal: null, failure: plan.failure, build: null, until: null };
  }
  const found = findBases(seen, known, plan.value, rebuild === null ? 'kept' : 'newest');
  if (found.is !== 'found') {
    return found;
  }
  const { bases, finalBase, available } = found;
  const spec = extended(plan.value.spec, finalBase);
  return { is: 'goal', goal: { spec, bases, finalBase, available, inputHash: inputHash(spec, bases) } };
}

function builds({ identity }: BuildRun, goal: Goal): boolean {
  return identity.inputHash === goal.inputHash && identity.repository === goal.spec.repository;
}

/** The situation of a Job that runs for another goal: the operator stops it before anything else. */
function unwanted(known: Knowledge, runs: readonly BuildRun[]): Situation | undefined {
  const run = runs.find((candidate) => !hasEnded(candidate));
  if (run === undefined) {
    return undefined;
  }
  const held = known.heldBack('deleteJob', run.job.name);
  return held === null
    ? { is: 'superseded', run }
    : {
        is: 'waiting',
        goal: null,
        reason: 'Pending',
        message: `Job ${run.job.name} of an older spec cannot be stopped: ${held.message}; the operator tries again`,
        failure: null,
        build: null,
        until: held.until,
      };
}
