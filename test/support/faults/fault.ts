/** When a process dies, seen from one of its writes. */
export type Death = 'before' | 'afterCommit' | 'afterAnswer';

/** Whether the server applied a write that its client has no good answer to. */
export type Commit = 'committed' | 'lost';

/** What happens to one write on its way. */
export type Fault =
  /** The process dies: before the write reaches the server, after it with the answer lost, or after the answer. */
  | { readonly is: 'death'; readonly when: Death }
  /** The client gets this answer. */
  | {
      readonly is: 'answer';
      readonly status: number;
      readonly retryAfterSeconds: number | null;
      readonly commit: Commit;
    }
  /** The write is on its way until `Writes.hold` lets it go on. */
  | { readonly is: 'held' }
  /** The connection is reset. */
  | { readonly is: 'reset'; readonly commit: Commit }
  /** No answer ever comes. */
  | { readonly is: 'hang'; readonly commit: Commit };

/** A write of a process: what it writes, and the number of such writes before it, plus one. */
export interface WritePoint {
  /** Method and resource: `POST jobs`, `PATCH imagespecs/status`, `PUT tag`. */
  readonly what: string;
  readonly nth: number;
}

/**
 * What a status says while an answer takes longer than a second: it is written on a slow machine only, and nothing follows
 * from it.
 */
const passing = /being (?:tested|confirmed|tagged)|is reading|is looking up|waits for its Pod|about to start/;

/** A write that the server applied. */
export interface Applied {
  readonly what: string;
  /** What plays two writes of a kind apart: what Ready says, a name. */
  readonly detail: string;
  /** Version of the object that it made; null at a registry. */
  readonly version: string | null;
}

/** Writes on their way from all processes of one run, and the one fault of that run. */
export class Writes {
  /** Writes that reached the server and were applied. */
  readonly applied: Applied[] = [];
  /** Number of writes on their way so far, by kind: what a point counts. */
  readonly #sent = new Map<string, number>();
  #marked: ReadonlyMap<string, number> = new Map();
  readonly #at: WritePoint | null;
  readonly #fault: Fault | null;
  /** How often the fault was met: once, or never where the run has fewer writes. */
  met = 0;
  /** Resolves once a held write may go on. */
  hold: () => Promise<void> = () => Promise.resolve();
  /** Performs a death: every line of the living process is cut at this moment. */
  die: () => void = () => undefined;

  /** @param fault for the write at this point; null: the run is not disturbed */
  constructor(fault: { readonly at: WritePoint; readonly fault: Fault } | null) {
    this.#at = fault?.at ?? null;
    this.#fault = fault?.fault ?? null;
  }

  /** Counts a write that is on its way, and says what happens to it; null: nothing. */
  next(what: string): Fault | null {
    const nth = (this.#sent.get(what) ?? 0) + 1;
    this.#sent.set(what, nth);
    if (this.#at?.what !== what || this.#at.nth !== nth) {
      return null;
    }
    this.met += 1;
    return this.#fault;
  }

  /**
   * Notes a write that the server has applied. A delete whose answer was lost may be sent again: it changes nothing, and
   * does not count.
   */
  apply(write: Applied): void {
    const isAgain =
      write.what.startsWith('DELETE') &&
      write.what === this.#at?.what &&
      this.applied.some((other) => isSame(other, write));
    if (!isAgain) {
      this.applied.push(write);
    }
  }

  /** What was written so far is another story's: `points` leaves it out. */
  mark(): void {
    this.#marked = new Map(this.#sent);
  }

  /** The points of this run, each of which another run can disturb. */
  points(): readonly WritePoint[] {
    return [...this.#sent].flatMap(([what, count]) =>
      Array.from({ length: count }, (_, index) => ({ what, nth: index + 1 })).slice(this.#marked.get(what) ?? 0),
    );
  }

  /** Number of applied writes, by kind. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { what, detail } of this.applied) {
      counts[what] = (counts[what] ?? 0) + (passing.test(detail) ? 0 : 1);
    }
    return Object.fromEntries(Object.entries(counts).toSorted(([one], [other]) => one.localeCompare(other)));
  }
}

/** Names of Jobs follow from the UID and the build, so that two of one name are one object. */
function isSame(one: Applied, other: Applied): boolean {
  return one.what === other.what && one.detail === other.detail;
}
