import { extended } from '../../imagespec/env/extension.ts';
import { inputHash } from '../../imagespec/inputHash.ts';
import { type BuildRun, hasEnded } from '../../kaniko/run.ts';
import { findBases } from '../bases/bases.ts';
import type { Knowledge } from '../model/knowledge.ts';
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
  const runs = seen.builds.filter((run) => !run.deleting);
  if (!seen.plan.ok) {
    const { failure } = seen.plan;
    return unwanted(known, runs) ?? { is: 'stalled', goal: null, failure, build: null, until: null };
  }
  const plan = seen.plan.value;
  const { spec } = plan;
  const found = findBases(seen, known, plan, rebuild === null ? 'kept' : 'newest');
  switch (found.is) {
    case 'asking':
    case 'waiting':
      return found;
    case 'stalled':
      return unwanted(known, runs) ?? found;
    case 'found': {
      const { bases, finalBase, available } = found;
      const whole = extended(spec, finalBase);
      const goal: Goal = { spec: whole, bases, finalBase, available, inputHash: inputHash(whole, bases) };
      // An existing Job does not answer an open rebuild.
      const wanted = rebuild === null ? runs.filter((run) => builds(run, goal)) : [];
      const others = runs.filter((run) => !wanted.includes(run));
      return salvage(seen, others) ?? unwanted(known, others) ?? { is: 'wanted', goal, runs: wanted };
    }
  }
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
