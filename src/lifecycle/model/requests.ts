import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { keptOfRequest } from '../../api/names.ts';
import { requestMark } from '../../kaniko/identity.ts';
import { beginningOf } from '../../text/cut.ts';
import type { Observation } from './observation.ts';

function kept(value: string): string {
  return beginningOf(value, keptOfRequest);
}

/** A value that is there when the object is first seen is only recorded. */
function isNew({ status }: Observation, value: string | null, handled: string | undefined): value is string {
  return value !== null && status.observedGeneration !== -1 && kept(value) !== handled;
}

/** Mark of a rebuild that was asked for and that no Job answers yet; null when there is none. */
export function openRebuild(seen: Observation): string | null {
  const { rebuild } = seen.requests;
  if (!isNew(seen, rebuild, seen.status.lastHandledRebuild)) {
    return null;
  }
  const mark = requestMark(rebuild);
  return seen.builds.some(({ identity }) => identity.rebuild === mark) ? null : mark;
}

/** Mark of another attempt that was asked for and that no Job answers yet; null when there is none. */
export function openRetry(seen: Observation): string | null {
  const { retry } = seen.requests;
  if (!isNew(seen, retry, seen.status.lastHandledRetry)) {
    return null;
  }
  const mark = requestMark(retry);
  return seen.builds.some(({ identity }) => identity.retry === mark) ? null : mark;
}

/** Whether somebody asked to stop what is under way. */
export function isCancelRequested(seen: Observation): boolean {
  return isNew(seen, seen.requests.cancel, seen.status.lastHandledCancel);
}

/** What the status says of requests: those that are still open are not yet handled. */
export function handledRequests(
  seen: Observation,
  open: { readonly rebuild: string | null; readonly retry: string | null },
): Pick<ImageSpecStatus, 'lastHandledRebuild' | 'lastHandledRetry' | 'lastHandledCancel'> {
  const { requests, status } = seen;
  const rebuild = open.rebuild === null ? (requests.rebuild ?? status.lastHandledRebuild) : status.lastHandledRebuild;
  const retry = open.retry === null ? (requests.retry ?? status.lastHandledRetry) : status.lastHandledRetry;
  const cancel = requests.cancel ?? status.lastHandledCancel;
  return {
    ...(rebuild === undefined ? {} : { lastHandledRebuild: kept(rebuild) }),
    ...(retry === undefined ? {} : { lastHandledRetry: kept(retry) }),
    ...(cancel === undefined ? {} : { lastHandledCancel: kept(cancel) }),
  };
}
