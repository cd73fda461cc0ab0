import type { OutputHolder } from '../../lifecycle/model/observation.ts';
import type { SeenImageSpec } from './projections.ts';

/** The moving tag that an ImageSpec names, as `repository:tag`; null if the spec names no valid one. */
export type OutputOf = (seen: Pick<SeenImageSpec, 'self' | 'spec'>) => string | null;

/** Index value under which the cache finds the ImageSpecs of one moving tag; no namespace or name has this form. */
export function outputIndex(output: string): string {
  return `output ${output}`;
}

/**
 * The holder of this moving tag: the oldest ImageSpec that names it, in any state. So the holder changes only when an
 * ImageSpec is created, is deleted, or names another tag.
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
 * The ImageSpecs for which this change moves a tag to another holder. A younger ImageSpec that comes or goes affects no
 * other.
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

/** Compares creation times, which have whole seconds; equal ones are compared by UID, so that both sides agree. */
function isOlder(one: SeenImageSpec, other: SeenImageSpec): boolean {
  return one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.self.uid < other.self.uid);
}
