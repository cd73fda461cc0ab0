import { seconds } from '../../api/time.ts';
import { failedBasePull, type PullTrouble } from '../../kaniko/base/pull.ts';
import { type BaseWay, type DecidedWay, wayOf } from '../../kaniko/base/way.ts';
import { longestBaseReason } from '../../kaniko/identity.ts';
import { formatRepository, parseReference } from '../../oci/reference.ts';
import { beginningOf } from '../../text/cut.ts';
import { questionAbout } from '../bases/bases.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Context, Unknown } from '../model/needs.ts';
import type { Seen } from '../model/observation.ts';
import type { Goal } from '../model/situation.ts';

/** The part of an Observation that shows which registries nodes cannot pull from. */
export type PullsSeen = Seen<'now' | 'builds' | 'patience' | 'pullTroubles'>;

/** How the base gets under the next build, and why. */
export interface KnownWay {
  readonly is: 'known';
  readonly base: BaseWay;
  readonly baseReason: string;
}

/** The way for a goal. A base that a status kept is described by its registry once more, for its digest. */
export function baseWay(seen: PullsSeen, known: Knowledge, goal: Goal, context: Context): KnownWay | Unknown {
  const { spec, finalBase } = goal;
  const pullTrouble = troubleWith(seen, known, goal);
  const first = wayOf({ spec, finalBase, pullTrouble });
  if (first.is === 'decided' || finalBase === null) {
    return knownWay(first);
  }
  const reference = parseReference(finalBase.image);
  const image = `${reference.ok ? formatRepository(reference.value) : finalBase.image}@${finalBase.digest}`;
  const described = known.needs(questionAbout({ spec, filesOnly: [] }, image), context);
  return described.is === 'known'
    ? knownWay(
        wayOf({ spec, pullTrouble, finalBase: { ...finalBase, obstacle: described.value.obstacle ?? 'Variables' } }),
      )
    : described;
}

function knownWay(decided: DecidedWay): KnownWay {
  if (decided.is !== 'decided') {
    throw new Error('the base is described, and the way is not decided');
  }
  return { is: 'known', base: decided.way, baseReason: beginningOf(decided.why, longestBaseReason) };
}

/** Why nodes could not pull from the registry of this base; null: nothing says so. */
function troubleWith(seen: PullsSeen, known: Knowledge, { finalBase }: Goal): string | null {
  const reference = parseReference(finalBase?.image ?? '');
  const registry = reference.ok ? reference.value.registry : '';
  const troubles = [...pullTroublesIn(seen, known), ...seen.pullTroubles];
  return troubles.find((trouble) => trouble.registry === registry)?.message ?? null;
}

/** Registries from which a node has failed to pull a base of these builds, and need not try again. */
export function pullTroublesIn(
  { now, builds, patience }: Seen<'now' | 'builds' | 'patience'>,
  known: Pick<Knowledge, 'unchangedSince'>,
): readonly PullTrouble[] {
  return builds.flatMap((run) => {
    const failed = failedBasePull(run);
    if (failed === undefined || failed.row.unpackedAfter === 'never') {
      return [];
    }
    const until = known.unchangedSince(failed.pod) + seconds(patience.imagePullGraceSeconds);
    const { registry, message } = failed;
    return failed.row.unpackedAfter === 'now' || now >= until ? [{ registry, message }] : [];
  });
}
