import type { Instant } from '../../api/time.ts';

/** A resource that wants to build: its key and when it first asked. */
export interface Ticket {
  readonly namespace: string;
  readonly key: string;
  readonly queuedTime: Instant;
}

/** How many builds may run at once. */
export interface Limits {
  readonly total: number;
  readonly perNamespace: number;
}

/**
 * Who may start now, given what runs: first come, first served; a namespace at its limit is passed over, so that
 * it holds up nobody else. `running` names the namespace of each build that runs or was let go just now.
 */
export function admit(waiting: readonly Ticket[], running: readonly string[], limits: Limits): readonly string[] {
  const perNamespace = new Map<string, number>();
  for (const namespace of running) {
    perNamespace.set(namespace, (perNamespace.get(namespace) ?? 0) + 1);
  }
  const admitted: string[] = [];
  for (const ticket of waiting.toSorted((a, b) => a.queuedTime - b.queuedTime || (a.key < b.key ? -1 : 1))) {
    if (running.length + admitted.length >= limits.total) {
      break;
    }
    const there = perNamespace.get(ticket.namespace) ?? 0;
    if (there < limits.perNamespace) {
      perNamespace.set(ticket.namespace, there + 1);
      admitted.push(ticket.key);
    }
  }
  return admitted;
}
