import { isReadyReason, readyReasons } from '../../api/reasons/reasons.ts';
import type { Log } from '../../kubernetes/log.ts';
import type { Effect } from '../../lifecycle/model/effect.ts';
import type { EventNote } from '../../lifecycle/status/eventsFor.ts';

type WroteStatus = Extract<Effect, { do: 'writeStatus' }>;

/**
 * Logs what people ask a log for: that a build started or ended, the verdict, a tag that stays behind, a base that moved. One line
 * each, with the ImageSpec, the reason and the numbers of the build. What only passes (Queued, Building) stays in the Events.
 */
export function logNews(log: Log, { self, status }: WroteStatus, notes: readonly EventNote[]): void {
  const { build, image } = status;
  for (const { type, reason, message } of notes) {
    const event = eventOf(reason);
    if (event === undefined) {
      continue;
    }
    log(type === 'Warning' ? 'warn' : 'info', event, {
      imageSpec: `${self.namespace}/${self.name}`,
      reason,
      message,
      ...(build === undefined ? {} : { build: build.number, attempt: build.attempt }),
      ...(event === 'image ready' && image !== undefined ? { image } : {}),
    });
  }
}

/** What a note is about; undefined for what only passes. */
function eventOf(reason: string): string | undefined {
  if (reason === 'BuildStarted') {
    return 'build started';
  }
  if (reason === 'BaseUpdateAvailable') {
    return 'base moved';
  }
  if (!isReadyReason(reason)) {
    return reason.startsWith('Tag') || reason === 'OutputConflict' ? 'tag' : 'verdict';
  }
  switch (readyReasons[reason].group) {
    case 'done':
      return 'image ready';
    case 'over':
      return 'failed';
    case 'suspended':
      return 'suspended';
    case 'underWay':
      return reason === 'Retrying' || reason === 'WaitingForSecret' ? 'held up' : undefined;
  }
}
