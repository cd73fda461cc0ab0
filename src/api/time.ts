/** Milliseconds since the epoch. The only form of time inside; RFC 3339 exists at the edges. */
export type Instant = number;

/** Seconds as milliseconds, so that a table may speak in seconds. */
export function seconds(count: number): number {
  return count * 1000;
}

/** RFC 3339 in UTC, cut to whole seconds, as Kubernetes' `metav1.Time` is. */
export function toRfc3339(instant: Instant): string {
  return new Date(Math.floor(instant / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The instant that an RFC 3339 text names, or undefined for anything else. */
export function parseRfc3339(text: string): Instant | undefined {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
