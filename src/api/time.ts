/** Milliseconds since the epoch: the only form of time inside. RFC 3339 exists at the edges. */
export type Instant = number;

/** Converts seconds to milliseconds. */
export function seconds(count: number): number {
  return count * 1000;
}

/** RFC 3339 in UTC, truncated to whole seconds like Kubernetes' `metav1.Time`. */
export function toRfc3339(instant: Instant): string {
  return new Date(Math.floor(instant / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** The instant of an RFC 3339 text; undefined for anything else. */
export function parseRfc3339(text: string): Instant | undefined {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
