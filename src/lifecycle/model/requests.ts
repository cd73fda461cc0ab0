import { keptRequest, requestMark } from '../../kaniko/identity.ts';
import type { Seen } from './observation.ts';

/** Requests by annotation that no build answers yet. */
export interface OpenRequests {
  /** Mark of the open rebuild; null: there is none. */
  readonly rebuild: string | null;
  /** Mark of the open retry; null: there is none. */
  readonly retry: string | null;
  /** Mark of the open launch; null: there is none. */
  readonly launch: string | null;
  /** Whether the operator must stop the current work. */
  readonly cancel: boolean;
}

/** The requests of this observation that are still open. */
export function openRequests({ requests, status, builds }: Seen<'requests' | 'status' | 'builds'>): OpenRequests {
  // The first observation of an object only records the values that it has.
  const isNew = (value: string | null, handled: string | undefined): value is string =>
    value !== null && status.observedGeneration !== -1 && keptRequest(value) !== handled;
  const rebuild = isNew(requests.rebuild, status.lastHandledRebuild) ? requestMark(requests.rebuild) : null;
  const retry = isNew(requests.retry, status.lastHandledRetry) ? requestMark(requests.retry) : null;
  return {
    rebuild: builds.some(({ identity }) => identity.rebuild === rebuild) ? null : rebuild,
    retry: builds.some(({ identity }) => identity.retry === retry) ? null : retry,
    launch: isNew(requests.launch, status.lastHandledLaunch) ? requestMark(requests.launch) : null,
    cancel: isNew(requests.cancel, status.lastHandledCancel),
  };
}
