import { describeFailure, failureOf, failureOfStatus } from './answer.ts';
import type { Connection } from './connection.ts';
import { errorText } from './errorText.ts';
import { textOf } from './exchange.ts';
import { pathOf } from './paths.ts';

/** A container's log. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** A log line with the node's time, RFC 3339 with nanoseconds. */
export interface TimedLine {
  readonly time: string;
  readonly text: string;
}

/** How one read of a log ended. */
export type LogEnd =
  /** The log was read to its end, or up to now without `follow`. */
  | { readonly is: 'ended' }
  /** 400: the container has not started. */
  | { readonly is: 'notStarted'; readonly message: string }
  /** 404: the Pod is gone. */
  | { readonly is: 'gone' }
  /** Any other 4xx: a repetition does not help. */
  | { readonly is: 'refused'; readonly code: number; readonly message: string }
  /** The server or the connection failed: continue after the last line. */
  | { readonly is: 'lost'; readonly message: string }
  /** `signal` was aborted. */
  | { readonly is: 'stopped' };

export interface LogRequest {
  readonly source: LogSource;
  /** Whether to wait for more lines until the container ends. */
  readonly mode: 'follow' | 'read';
  /** The place after the last read; only later lines are delivered. */
  readonly place: LogPlace;
  readonly signal: AbortSignal;
  readonly onLine: (line: TimedLine) => void;
}

/** A place in a log. Each read advances it, so that the next one continues there. */
export interface LogPlace {
  /** Time of the last line; '' before the first. */
  time: string;
  /** Number of lines with that time. */
  count: number;
}

/** In UTF-16 units. */
const longestLine = 1_048_576;

/** The place before the first line. */
export function startOfLog(): LogPlace {
  return { time: '', count: 0 };
}

/**
 * Reads a log once, line by line. Never rejects.
 *
 * It replaces client-node's Log. There, a connection lost during the stream is an unhandled error, which ends the
 * process. A step that prints nothing for five minutes exceeds undici's time-out between two parts of a body.
 */
export async function readLog(
  connection: Pick<Connection, 'open'>,
  { source, mode, place, signal, onLine }: LogRequest,
): Promise<LogEnd> {
  const { namespace, pod, container } = source;
  const path = `${pathOf({ api: '/api/v1', plural: 'pods', namespace }, pod)}/log`;
  const query = {
    container,
    timestamps: 'true',
    ...(mode === 'follow' ? { follow: 'true' } : {}),
    // The server truncates it to whole seconds: earlier lines arrive again and are skipped.
    ...(place.time === '' ? {} : { sinceTime: place.time }),
  };
  try {
    // A step may print nothing for any time.
    const response = await connection.open(path, query, signal);
    if (response.status !== 200) {
      return endOfStatus(response.status, await textOf(response, path));
    }
    const isNew = newerThan(place);
    for await (const line of linesOf(response.body.setEncoding('utf8'))) {
      const timed = split(line);
      if (timed !== undefined && isNew(timed.time)) {
        place.count = timed.time === place.time ? place.count + 1 : 1;
        place.time = timed.time;
        onLine(timed);
      }
    }
    return { is: 'ended' };
  } catch (error) {
    return lost(error, signal);
  }
}

/**
 * Lines of a stream; a line longer than a megabyte is cut. A lost connection throws, so that half a line does not count
 * as one.
 */
async function* linesOf(chunks: AsyncIterable<unknown>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > longestLine) {
      yield rest;
      rest = '';
    }
  }
  if (rest !== '') {
    yield rest;
  }
}

function lost(error: unknown, signal: AbortSignal): LogEnd {
  if (signal.aborted) {
    return { is: 'stopped' };
  }
  const failure = failureOf(error);
  return { is: 'lost', message: failure === undefined ? errorText(error) : describeFailure(failure) };
}

function endOfStatus(code: number, body: string): LogEnd {
  const failure = failureOfStatus(code, body, undefined);
  switch (failure.is) {
    case 'notFound':
      return { is: 'gone' };
    case 'refused':
      return failure.code === 400 ? { is: 'notStarted', message: failure.message } : failure;
    case 'alreadyExists':
    case 'conflict':
    case 'unavailable':
      return { is: 'lost', message: describeFailure(failure) };
  }
}

function split(line: string): TimedLine | undefined {
  const space = line.indexOf(' ');
  return space < 0 ? undefined : { time: line.slice(0, space), text: line.slice(space + 1) };
}

/** Skips lines that were read before: earlier ones, and the counted ones of the last time. */
function newerThan(place: LogPlace): (time: string) => boolean {
  const before = { ...place };
  let seen = 0;
  return (time) => {
    const order = before.time === '' ? 1 : compareTimes(time, before.time);
    if (order === 0) {
      seen += 1;
      return seen > before.count;
    }
    return order > 0;
  };
}

/** Compares two times of one node, whose fractions of a second have no trailing zeros. */
function compareTimes(one: string, other: string): number {
  const [a, b] = [padded(one), padded(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function padded(time: string): string {
  const [, seconds = '', fraction = ''] = /^([^.Z+]*)(?:\.(\d+))?/.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}
