import { labels, manager } from '../../api/names.ts';
import { digestOf, type SeenList } from './seenList.ts';

/** Name of a ConfigMap. */
export interface ListName {
  readonly namespace: string;
  readonly name: string;
}

/** One idempotent write: a create that fails if the name is taken, or a patch of one version of one object. */
export type ListEffect =
  | { readonly do: 'createList'; readonly list: ListName; readonly data: Readonly<Record<string, string>> }
  | {
      readonly do: 'patchList';
      readonly list: ListName;
      readonly version: { readonly uid: string; readonly resourceVersion: string };
      /** null removes a key that another writer put there. */
      readonly data: Readonly<Record<string, string | null>>;
      readonly binaryData: Readonly<Record<string, null>>;
    };

/** The next step. */
export type ListDecision =
  | { readonly next: 'act'; readonly effect: ListEffect }
  /** The ConfigMap has the wanted content. */
  | { readonly next: 'rest' }
  /** Only a person can solve the problem. */
  | { readonly next: 'leave'; readonly problem: string };

/** Decides the next step from the wanted content and the present ConfigMap. Pure. */
export function decideList(
  list: ListName,
  wanted: Readonly<Record<string, string>>,
  seen: SeenList | undefined,
): ListDecision {
  if (seen === undefined) {
    return { next: 'act', effect: { do: 'createList', list, data: wanted } };
  }
  if (!seen.ours) {
    return {
      next: 'leave',
      problem: `a ConfigMap of this name is there that the operator did not make, and it is left as it is; delete it, or give it the label ${labels.managedBy}=${manager}`,
    };
  }
  if (seen.digest === digestOf(wanted)) {
    return { next: 'rest' };
  }
  const foreign = seen.keys.filter((key) => !Object.hasOwn(wanted, key));
  return {
    next: 'act',
    effect: {
      do: 'patchList',
      list,
      version: { uid: seen.uid, resourceVersion: seen.resourceVersion },
      data: { ...wanted, ...nulls(foreign) },
      binaryData: nulls(seen.binaryKeys),
    },
  };
}

function nulls(keys: readonly string[]): Readonly<Record<string, null>> {
  return Object.fromEntries(keys.map((key) => [key, null]));
}
