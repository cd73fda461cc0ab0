/** A version of numbers only, such as [1, 26, 4]. */
export type Version = readonly number[];

interface Bound {
  readonly version: Version;
  readonly is: 'included' | 'excluded';
}

/** The versions between two bounds; null where there is none. */
export interface Interval {
  readonly lowest: Bound | null;
  readonly highest: Bound | null;
}

/** Every version. */
export const everything: Interval = { lowest: null, highest: null };

/** Reads a version of numbers and dots, without a local part (`+cu124`); null for any other, which is not compared. */
export function versionOf(text: string): Version | null {
  const [, plain] = /^v?(\d{1,9}(?:\.\d{1,9}){0,9})(?:\+[A-Za-z0-9._-]{1,64})?$/.exec(text) ?? [];
  return plain === undefined ? null : plain.split('.').map(Number);
}

/** Versions that a comparison lets through; everything where it says nothing about versions of numbers. */
export function compared(operator: '==' | '>=' | '>' | '<=' | '<', version: Version): Interval {
  const bound = (is: Bound['is']): Bound => ({ version, is });
  switch (operator) {
    case '==':
      return { lowest: bound('included'), highest: bound('included') };
    case '>=':
      return { lowest: bound('included'), highest: null };
    case '>':
      return { lowest: bound('excluded'), highest: null };
    case '<=':
      return { lowest: null, highest: bound('included') };
    case '<':
      return { lowest: null, highest: bound('excluded') };
  }
}

/** Versions that begin with these numbers: [1, 26] is 1.26, 1.26.4, … */
export function beginning(version: Version): Interval {
  const next = [...version.slice(0, -1), (version.at(-1) ?? 0) + 1];
  return { lowest: { version, is: 'included' }, highest: { version: next, is: 'excluded' } };
}

/** The versions in both. */
export function both(a: Interval, b: Interval): Interval {
  return {
    lowest: stricter(a.lowest, b.lowest, 1),
    highest: stricter(a.highest, b.highest, -1),
  };
}

/** The bound that leaves less: the greater one of two lowest (sign 1), the smaller one of two highest (sign -1). */
function stricter(a: Bound | null, b: Bound | null, sign: 1 | -1): Bound | null {
  if (a === null || b === null) {
    return a ?? b;
  }
  const order = sign * compare(a.version, b.version);
  return order > 0 || (order === 0 && a.is === 'excluded') ? a : b;
}

/** Whether no version is in it. */
export function isEmpty({ lowest, highest }: Interval): boolean {
  if (lowest === null || highest === null) {
    return false;
  }
  const order = compare(lowest.version, highest.version);
  return order > 0 || (order === 0 && (lowest.is === 'excluded' || highest.is === 'excluded'));
}

function compare(a: Version, b: Version): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}
