import type { ImageSpecStatus } from '../api/imagespec.generated.ts';

/** What an Event says. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Events are a function of the difference between two statuses: one when Ready's reason becomes another. */
export function eventsFor(before: ImageSpecStatus, after: ImageSpecStatus): readonly EventNote[] {
  const old = before.conditions?.find(({ type }) => type === 'Ready');
  const now = after.conditions?.find(({ type }) => type === 'Ready');
  if (now === undefined || (old?.reason === now.reason && old.message === now.message)) {
    return [];
  }
  const bad = now.status === 'False' || now.reason === 'Retrying' || now.reason === 'WaitingForSecret';
  return [{ type: bad ? 'Warning' : 'Normal', reason: now.reason, message: now.message }];
}
