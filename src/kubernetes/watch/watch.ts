import { describeFailure, failureOf, failureOfStatus } from '../client/answer.ts';
import type { Connection } from '../client/connection.ts';
import { errorText } from '../client/errorText.ts';
import { longestResponse, textOf } from '../client/exchange.ts';
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
 * Runs one watch to its end. Never rejects. It drops lines that are not JSON (a connection cut within a line); the next watch
 * receives them again.
 */
export async function watchOnce(connection: Pick<Connection, 'open'>, request: WatchRequest): Promise<WatchEnd> {
  const { clock, signal, stallMs, onEvent } = request;
  const ending = new AbortController();
  let cancelStall: Cancel = () => undefined;
  let stalled = false;
  const stop = (): void => ending.abort();
  const listen = (): void => {
    cancelStall();
    cancelStall = clock.after(stallMs, () => {
      stalled = true;
      stop();
    });
  };
  if (signal.aborted) {
    return { is: 'stopped' };
  }
  signal.addEventListener('abort', stop);
  listen();
  try {
    return await readEvents(connection, request, ending.signal, (type, object) => {
      listen();
      return take(type, object, onEvent);
    });
  } catch (error) {
    if (signal.aborted) {
      return { is: 'stopped' };
    }
    return stalled ? { is: 'stalled' } : endOf(error);
  } finally {
    cancelStall();
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Reads until the server closes the watch, or until an event ends it. */
async function readEvents(
  connection: Pick<Connection, 'open'>,
  { path, query }: WatchRequest,
  signal: AbortSignal,
  take: (type: unknown, object: unknown) => WatchEnd | undefined,
): Promise<WatchEnd> {
  const response = await connection.open(path, { ...query, watch: 'true' }, signal);
  if (response.status !== 200) {
    return endOfStatus(response.status, await textOf(response, path));
  }
  let rest = '';
  response.body.setEncoding('utf8');
  for await (const chunk of response.body) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestResponse) {
      return {
        is: 'failed',
        message: `watch ${path}: an event is longer than ${longestResponse} bytes`,
        resumable: false,
      };
    }
    for (const line of lines) {
      const event = parsed(line);
      const end = isObject(event) ? take(event['type'], event['object']) : undefined;
      // As soon as the signal is aborted, nothing that has arrived counts.
      if (end !== undefined || signal.aborted) {
        return end ?? { is: 'stopped' };
      }
    }
  }
  return { is: 'closed' };
}

/** Hands an event on. Returns the end of the watch if the event ends it. */
function take(type: unknown, object: unknown, onEvent: WatchRequest['onEvent']): WatchEnd | undefined {
  if (type === 'ERROR') {
    return endOfErrorEvent(object);
  }
  if (typeof type !== 'string' || !isEventType(type)) {
    return undefined;
  }
  try {
    onEvent(type, object);
    return undefined;
  } catch (error) {
    return { is: 'failed', message: `event handler: ${errorText(error)}`, resumable: false };
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
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
