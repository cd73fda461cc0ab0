import { InvalidArgumentError } from 'commander';

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** No request waits longer; kubectl's `0` means this too. */
const longestMs = 24 * units.h;

/** Milliseconds of a duration as kubectl's --request-timeout takes it: `30s`, `1m30s`, or seconds; 0: no limit. */
export function durationOf(text: string): number {
  const plain = /^\d{1,6}$/.test(text) ? `${text}s` : text;
  const parts = [...plain.matchAll(/(\d{1,6})(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== plain) {
    throw new InvalidArgumentError('write a duration such as 30s or 2m');
  }
  const total = parts.reduce((sum, [, count = '0', unit = 's']) => sum + Number(count) * unitOf(unit), 0);
  return total === 0 ? longestMs : Math.min(total, longestMs);
}

function unitOf(name: string): number {
  switch (name) {
    case 'ms':
    case 'm':
    case 'h':
      return units[name];
    default:
      return units.s;
  }
}
