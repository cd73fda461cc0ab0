import type { Condition, ImageSpecStatus } from './imagespec.generated.ts';

/** The condition of this type; undefined when the status has none. */
export function conditionOf(
  { conditions }: { readonly conditions?: ImageSpecStatus['conditions'] | undefined },
  wanted: string,
): Condition | undefined {
  return conditions?.find(({ type }) => type === wanted);
}
