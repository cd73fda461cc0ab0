import { type KubeConfig, Watch } from '@kubernetes/client-node';
import { describeFailure, failureOf, failureOfStatus } from '../client/answer.ts';
import { errorText } from '../client/errorText.ts';
import type { Cancel, Clock } from '../clock.ts';
import { isObject } from '../object.ts';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

export interface WatchRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Timeout without any data, not even headers. Longer than the server-side time-out. */
  readonly stallMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (type: WatchEventType, object: unknown) => void;
}

/** How one watch ended. */
export type WatchEnd =
  /** The server closed it, or the connection was lost after events: continue after the last event. */
  | { readonly is: 'closed' }
  /** 410, as status or as event: the place to continue from is compacted away; list again. */
  | { readonly is: 'expired'; readonly message: string }
  /** No data arrived for `stallMs`. */
  | { readonly is: 'stalled' }
  /** Any other end. `resumable`: a watch can retry the same place without a new list. */
  | { readonly is: 'failed'; readonly message: string; readonly resumable: boolean }
  /** `signal` was aborted. */
  | { readonly is: 'stopped' };

const eventTypes: ReadonlySet<string> = new Set<WatchEventType>(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

/**
 * Runs one watch of client-node to its end. Never rejects.
 *
 * It fills gaps of client-node's Watch. That one cannot be aborted before the headers arrive, and swallows exceptions of a
 * callback. It rejects, instead of calling `done`, when the credentials are unreadable; it does not know ERROR events. It
 * drops lines that are not JSON (a connection cut within a line); the next watch receives them again.
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
  // 504 means "Too large resource version" after a restored backup: only a new list finds a place to continue from.
  return { is: 'failed', message, resumable: failure.is === 'unavailable' && code !== 504 };
}
