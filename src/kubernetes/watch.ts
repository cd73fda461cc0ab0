import { type KubeConfig, Watch } from '@kubernetes/client-node';
import { describeFailure, failureOf, failureOfStatus } from './answer.ts';
import type { Cancel, Clock } from './clock.ts';
import { errorText } from './errorText.ts';
import { isObject } from './object.ts';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

export interface WatchRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Give up when nothing was heard for so long, not even the headers. Longer than the server-side time-out. */
  readonly stallMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (type: WatchEventType, object: unknown) => void;
}

/** Why one watch is over. */
export type WatchEnd =
  /** The server closed it, or the connection was lost after events: go on from the last event. */
  | { readonly is: 'closed' }
  /** 410, as status or as event: the place to go on from is compacted away; list again. */
  | { readonly is: 'expired'; readonly message: string }
  /** Nothing was heard for `stallMs`. */
  | { readonly is: 'stalled' }
  /** Anything else. `resumable`: the same place can be tried again, a new list is not needed. */
  | { readonly is: 'failed'; readonly message: string; readonly resumable: boolean }
  /** `signal` was aborted. */
  | { readonly is: 'stopped' };

const eventTypes: ReadonlySet<string> = new Set<WatchEventType>(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

/**
 * Runs one watch of client-node to its end. Never rejects.
 *
 * What client-node's Watch leaves open is closed here: it cannot be aborted before the headers are there, it swallows
 * what a callback throws, it rejects (instead of calling `done`) when the credentials cannot be read, and it does not
 * know ERROR events. Lines that are no JSON (a connection cut in mid-line) it drops; the next watch gets them again.
 */
export function watchOnce(config: KubeConfig, request: WatchRequest): Promise<WatchEnd> {
  return new Promise((resolve) => {
    const { clock, signal, stallMs } = request;
    let over = false;
    let connection: AbortController | undefined;
    let cancelStall: Cancel | undefined;
    const end = (how: WatchEnd) => {
      if (!over) {
        over = true;
        cancelStall?.();
        signal.removeEventListener('abort', stop);
        connection?.abort();
        resolve(how);
      }
    };
    const stop = () => end({ is: 'stopped' });
    const listen = () => {
      cancelStall?.();
      cancelStall = clock.after(stallMs, () => end({ is: 'stalled' }));
    };
    const onEvent = (type: string, object: unknown) => {
      if (over) {
        return;
      }
      listen();
      if (type === 'ERROR') {
        end(endOfErrorEvent(object));
      } else if (isEventType(type)) {
        try {
          request.onEvent(type, object);
        } catch (error) {
          end({ is: 'failed', message: `event handler: ${errorText(error)}`, resumable: false });
        }
      }
    };
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop);
    listen();
    new Watch(config)
      .watch(request.path, request.query, onEvent, (error: unknown) => end(endOf(error)))
      .then((controller) => {
        connection = controller;
        if (over) {
          controller.abort();
        }
      })
      .catch((error: unknown) => end(endOf(error)));
  });
}

function isEventType(type: string): type is WatchEventType {
  return eventTypes.has(type);
}

/** The object of an ERROR event is a metav1.Status. */
function endOfErrorEvent(object: unknown): WatchEnd {
  const code = isObject(object) && typeof object['code'] === 'number' ? object['code'] : 500;
  return endOfStatus(code, object);
}

function endOf(error: unknown): WatchEnd {
  if (error === null || error === undefined) {
    return { is: 'closed' };
  }
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    return endOfStatus(error.statusCode, undefined);
  }
  const failure = failureOf(error);
  return {
    is: 'failed',
    message: failure === undefined ? errorText(error) : describeFailure(failure),
    resumable: true,
  };
}

function endOfStatus(code: number, status: unknown): WatchEnd {
  const failure = failureOfStatus(code, status, undefined);
  const message = describeFailure(failure);
  if (code === 410) {
    return { is: 'expired', message };
  }
  // 504 says "Too large resource version" after a restored backup: only a new list finds a place to go on from.
  return { is: 'failed', message, resumable: failure.is === 'unavailable' && code !== 504 };
}
