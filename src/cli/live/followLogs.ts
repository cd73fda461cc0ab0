import { type LogEnd, type LogRequest, readLog, startOfLog } from '../../kubernetes/client/podLog.ts';
import { pause, systemClock } from '../../kubernetes/clock.ts';
import type { CommandIo } from '../io.ts';
import type { Cluster } from './cluster.ts';
import type { View } from './status/standing.ts';
import { type LogGroup, type LogPart, stateOf } from './status/trail.ts';
import { manyLines } from './terminal.ts';

/** Pause between two attempts to continue reading. */
const pauseMs = 1000;
/** A read hangs when it continues this long after its container ended. */
const hangingMs = 10_000;

export type ReadEnd =
  | { readonly is: 'read' }
  /** The Pod was deleted during the read. */
  | { readonly is: 'gone' }
  | { readonly is: 'refused'; readonly message: string };

/** Prints the logs of a group up to now. */
export async function printLogs(cluster: Cluster, group: LogGroup, io: CommandIo): Promise<readonly ReadEnd[]> {
  const signal = new AbortController().signal;
  return Promise.all(
    group.parts.map(async (part) => {
      const end = await readLog(
        cluster.connection,
        requestFor(cluster, group, part, { mode: 'read', signal, place: startOfLog() }, io),
      );
      return end.is === 'lost' ? { is: 'refused', message: end.message } : endOf(end);
    }),
  );
}

/** Follows a group until its containers end, and reconnects after every lost connection. */
export function followLogs(
  cluster: Cluster,
  group: LogGroup,
  view: () => View | undefined,
  io: CommandIo,
): Promise<readonly ReadEnd[]> {
  return Promise.all(group.parts.map((part) => followPart(cluster, group, part, view, io)));
}

async function followPart(
  cluster: Cluster,
  group: LogGroup,
  part: LogPart,
  view: () => View | undefined,
  io: CommandIo,
): Promise<ReadEnd> {
  const place = startOfLog();
  const state = () => {
    const now = view();
    return now === undefined ? 'gone' : stateOf(now, part);
  };
  for (;;) {
    const hasEnded = state() === 'terminated' || state() === 'gone';
    const hanging = new AbortController();
    let endedFor = 0;
    const watch = setInterval(() => {
      endedFor = state() === 'terminated' || state() === 'gone' ? endedFor + pauseMs : 0;
      if (endedFor > hangingMs) {
        hanging.abort();
      }
    }, pauseMs);
    const mode = hasEnded ? 'read' : 'follow';
    const options = { mode, signal: hanging.signal, place } as const;
    const end = await readLog(cluster.connection, requestFor(cluster, group, part, options, io));
    clearInterval(watch);
    if (end.is === 'gone' || end.is === 'refused' || (end.is === 'ended' && hasEnded)) {
      return endOf(end);
    }
    if (end.is === 'lost' && state() === 'gone') {
      return { is: 'gone' };
    }
    await pause(systemClock, end.is === 'ended' ? pauseMs / 4 : pauseMs, new AbortController().signal);
  }
}

function requestFor(
  { namespace }: Cluster,
  group: LogGroup,
  { pod, container }: LogPart,
  how: Pick<LogRequest, 'mode' | 'signal' | 'place'>,
  io: CommandIo,
): LogRequest {
  // Lines of several containers are interleaved.
  const prefix = group.parts.length === 1 ? '' : `[${container}] `;
  return {
    ...how,
    source: { namespace, pod, container },
    onLine: ({ text }) => {
      for (const line of manyLines(text)) {
        io.out(`${prefix}${line}\n`);
      }
    },
  };
}

function endOf(end: Exclude<LogEnd, { readonly is: 'lost' }>): ReadEnd {
  switch (end.is) {
    case 'ended':
    case 'notStarted':
    case 'stopped':
      return { is: 'read' };
    case 'gone':
      return { is: 'gone' };
    case 'refused':
      return { is: 'refused', message: end.message };
  }
}
