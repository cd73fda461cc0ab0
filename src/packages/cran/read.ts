import type { Config } from '../../config/schema.ts';
import { quoted } from '../entries/quote.ts';
import { cranPartsOf } from './grammar.ts';

/** One library holds one version of a package, so a second entry about it is a fault. */
export function twiceFaults(entries: readonly string[]): readonly string[] {
  const first = new Map<string, string>();
  return entries.flatMap((entry, index) => {
    const { name } = cranPartsOf(entry);
    const before = first.get(name) ?? entry;
    first.set(name, before);
    return before === entry
      ? []
      : [`spec.packages.cran[${index}]: ${quoted(entry)} contradicts ${quoted(before)}; keep one of them`];
  });
}

const longest = 12;

/** A snapshot needs a mirror that has some, and a day that exists. */
export function snapshotFaults(snapshot: string | null, { cran: { mirror } }: Config): readonly string[] {
  if (snapshot === null) {
    return [];
  }
  const place = 'spec.packages.cranSnapshot';
  if (!isDay(snapshot)) {
    return [
      `${place}: ${quoted(snapshot.slice(0, longest))} is not a date; write year, month and day, such as 2026-11-16`,
    ];
  }
  return mirror?.includes('{snapshot}') === true
    ? []
    : [
        `${place}: the platform's CRAN mirror has no snapshots; remove it, or ask the administrator for a cran.mirror with {snapshot}`,
      ];
}

/** Whether the calendar has the day. */
function isDay(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}
