/** Ways to pass on what a watch delivers. */
export interface Line {
  readonly send: (text: string) => void;
  /** Ends the watch in order. */
  readonly end: () => void;
  /** Resets the connection. */
  readonly cut: () => void;
}

/** Handles one line of the watch at this URL. */
export type WatchLine = (line: string, url: string, to: Line) => void;

/** What happens to one event on its way. */
export type WatchFault = 'drop' | 'double' | 'delay' | 'reorder' | 'cut' | 'gone' | 'silence';

/** Passes everything on. */
export const faithful: WatchLine = (line, _, { send }) => send(`${line}\n`);

/** A gate before the watches of some resource types, closed at first: what comes waits, in its order. */
export function gate(resources: readonly string[]): { readonly pass: WatchLine; readonly open: () => void } {
  const waiting: (() => void)[] = [];
  let state: 'closed' | 'open' = 'closed';
  return {
    pass: (line, url, to) => {
      if (state === 'open' || !resources.some((resource) => url.includes(`/${resource}?`))) {
        faithful(line, url, to);
      } else {
        waiting.push(() => faithful(line, url, to));
      }
    },
    open: () => {
      state = 'open';
      for (const send of waiting.splice(0)) {
        send();
      }
    },
  };
}

const gone = {
  type: 'ERROR',
  object: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' },
};

const delayMs = 1_500;

/** The event of a watch that meets a fault, counted over all watches of its resource type. */
export interface WatchDisturbance {
  readonly resource: string;
  readonly nth: number;
  readonly fault: WatchFault;
}

/**
 * Disturbs the watches of one resource type once, at their n-th event; bookmarks do not count.
 *
 * @param met called when the event has come
 */
export function disturbed({ resource, nth, fault }: WatchDisturbance, met: () => void): WatchLine {
  let count = 0;
  /** The watch that met the fault; another one, after it, is faithful. */
  let hit: Line | null = null;
  let onward: WatchLine = faithful;
  return (line, url, to) => {
    const isWatched = url.includes(`/${resource}?`);
    count += isWatched && !line.startsWith('{"type":"BOOKMARK"') ? 1 : 0;
    if (to === hit) {
      onward(line, url, to);
    } else if (hit === null && isWatched && count === nth) {
      hit = to;
      met();
      onward = meet(fault, line, to);
    } else {
      faithful(line, url, to);
    }
  };
}

/** Does to one line what the fault says, and returns what happens to the lines after it. */
function meet(fault: WatchFault, line: string, to: Line): WatchLine {
  switch (fault) {
    case 'drop':
      return faithful;
    case 'double':
      to.send(`${line}\n${line}\n`);
      return faithful;
    case 'delay':
      return late(line, to);
    case 'reorder':
      return swapped(line);
    case 'cut':
      to.send(line.slice(0, line.length / 2));
      to.cut();
      return faithful;
    case 'gone':
      to.send(`${JSON.stringify(gone)}\n`);
      to.end();
      return faithful;
    case 'silence':
      return () => undefined;
  }
}

/** Holds up a line and all that follow, in their order. */
function late(line: string, to: Line): WatchLine {
  const over = new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
  const onward: WatchLine = (next, _, { send }) => void over.then(() => send(`${next}\n`));
  onward(line, '', to);
  return onward;
}

/** Sends a line after the one that follows it. */
function swapped(line: string): WatchLine {
  let held: string | null = line;
  return (next, _, { send }) => {
    send(held === null ? `${next}\n` : `${next}\n${held}\n`);
    held = null;
  };
}
