import type { OutputHolder } from '../../lifecycle/model/observation.ts';
import type { SeenImageSpec } from './projections.ts';

/** The moving tag that an ImageSpec asks for, as `repository:tag`; null where it names none that can be read. */
export type OutputOf = (seen: Pick<SeenImageSpec, 'self' | 'spec'>) => string | null;

/** Index value under which the cache finds the ImageSpecs of one moving tag; no namespace or name has its form. */
export function outputIndex(output: string): string {
  return `output ${output}`;
}

/**
 * Who has this moving tag: of all that ask for it the oldest, whatever state it is in, so that the answer changes only when a
 * resource comes, goes, or asks for another tag.
 */
export function outputHolder(
  seen: SeenImageSpec,
  output: string | null,
  byIndex: (value: string) => readonly SeenImageSpec[],
): OutputHolder {
  const first = output === null ? undefined : oldest(byIndex(outputIndex(output)));
  if (output === null || first === undefined || !isOlder(first, seen)) {
    return { is: 'self' };
  }
  return {
    is: 'other',
    output,
    name: first.self.namespace === seen.self.namespace ? first.self.name : null,
  };
}

/**
 * Those for whom the holder of a moving tag changes with this change of one ImageSpec. Where a younger one comes or goes, nobody
 * else is concerned.
 */
export function concernedByOutput(
  changed: SeenImageSpec,
  output: string,
  byIndex: (value: string) => readonly SeenImageSpec[],
): readonly SeenImageSpec[] {
  const others = byIndex(outputIndex(output)).filter(({ self }) => self.uid !== changed.self.uid);
  const first = oldest(others);
  return first !== undefined && isOlder(changed, first) ? others : [];
}

function oldest(all: readonly SeenImageSpec[]): SeenImageSpec | undefined {
  let first: SeenImageSpec | undefined;
  for (const one of all) {
    if (!one.deleting && (first === undefined || isOlder(one, first))) {
      first = one;
    }
  }
  return first;
}

/** By creation, which the API server tells by the second; then by UID, so that both sides agree. */
function isOlder(one: SeenImageSpec, other: SeenImageSpec): boolean {
  return one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.self.uid < other.self.uid);
}
