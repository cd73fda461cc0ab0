import type { Condition, ImageSpecStatus } from './imagespec.generated.ts';

/** A condition of a status by its type; undefined where there is none. */
export function conditionOf(
  { conditions }: { readonly conditions?: ImageSpecStatus['conditions'] | undefined },
  wanted: string,
): Condition | undefined {
  return conditions?.find(({ type }) => type === wanted);
}
