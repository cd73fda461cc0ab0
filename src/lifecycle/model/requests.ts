import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { keptRequest, requestMark } from '../../kaniko/identity.ts';
import type { Observation } from './observation.ts';

/** What people asked for by annotation and no build answers yet. */
export interface OpenRequests {
  /** Mark of a rebuild; null: none is open. */
  readonly rebuild: string | null;
  /** Mark of another attempt; null: none is open. */
  readonly retry: string | null;
  /** Whether what is under way is to be stopped. */
  readonly cancel: boolean;
}

/** The requests of this observation that are still open. */
export function openRequests({ requests, status, builds }: Observation): OpenRequests {
  // A value that is there when the object is first seen is only recorded.
  const isNew = (value: string | null, handled: string | undefined): value is string =>
    value !== null && status.observedGeneration !== -1 && keptRequest(value) !== handled;
  const rebuild = isNew(requests.rebuild, status.lastHandledRebuild) ? requestMark(requests.rebuild) : null;
  const retry = isNew(requests.retry, status.lastHandledRetry) ? requestMark(requests.retry) : null;
  return {
    rebuild: builds.some(({ identity }) => identity.rebuild === rebuild) ? null : rebuild,
    retry: builds.some(({ identity }) => identity.retry === retry) ? null : retry,
    cancel: isNew(requests.cancel, status.lastHandledCancel),
  };
}

/** The lastHandled fields of the status; an open request keeps its old value. */
export function handledRequests(
  { requests, status }: Observation,
  open: Pick<OpenRequests, 'rebuild' | 'retry'>,
): Pick<ImageSpecStatus, 'lastHandledRebuild' | 'lastHandledRetry' | 'lastHandledCancel'> {
  const rebuild = open.rebuild === null ? (requests.rebuild ?? status.lastHandledRebuild) : status.lastHandledRebuild;
  const retry = open.retry === null ? (requests.retry ?? status.lastHandledRetry) : status.lastHandledRetry;
  const cancel = requests.cancel ?? status.lastHandledCancel;
  return {
    ...(rebuild === undefined ? {} : { lastHandledRebuild: keptRequest(rebuild) }),
    ...(retry === undefined ? {} : { lastHandledRetry: keptRequest(retry) }),
    ...(cancel === undefined ? {} : { lastHandledCancel: keptRequest(cancel) }),
  };
}
