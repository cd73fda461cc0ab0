import type { Instant } from '../../api/time.ts';
import { seconds } from '../../api/time.ts';
import type { Config } from '../../config/schema.ts';

const hour = seconds(3600);
const day = 24 * hour;
const dayNames = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'] as const;
/** Longest time over which a window spreads the starts of many builds. */
const longestSpread = seconds(900);

/**
 * Earliest moment at which a moved base may start a build.
 * @param started start times of builds that moved bases caused, at least those of the last hour
 * @param share 0 to 1, constant for each ImageSpec: its place within the first minutes of a window
 */
export function baseUpdatesFrom(
  now: Instant,
  { window, maximumPerHour }: Config['baseUpdates'],
  started: readonly Instant[],
  share: number,
): Instant {
  const recent = started.filter((instant) => instant > now - hour).toSorted((a, b) => a - b);
  const oldest = recent.at(-maximumPerHour);
  const free = oldest === undefined ? now : oldest + hour;
  return window === null ? free : nextOpen(free, window, share);
}

function nextOpen(from: Instant, window: NonNullable<Config['baseUpdates']['window']>, share: number): Instant {
  const midnight = Math.floor(from / day) * day;
  const [start, end] = [ofDay(window.start), ofDay(window.end)];
  const length = end > start ? end - start : end + day - start;
  for (let offset = -1; offset <= 7; offset++) {
    const opens = midnight + offset * day + start;
    const name = dayNames[Math.floor((opens - start) / day) % 7];
    const entry = opens + share * Math.min(longestSpread, length / 2);
    if (name !== undefined && window.days.includes(name) && from < opens + length) {
      return Math.max(from, entry);
    }
  }
  throw new Error('a window without days');
}

/** Milliseconds since midnight. */
function ofDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * hour + minutes * seconds(60);
}
