import type { Connection } from '../client/connection.ts';
import { errorText } from '../client/errorText.ts';
import { type ListEnd, type ListRequest, listAll, type Resource, selectorsOf } from '../client/list.ts';
import { type Clock, pause } from '../clock.ts';
import type { Log } from '../log.ts';
import { isObject, isResourceVersion } from '../object.ts';
import { type Backoff, backoffDelay, type Random } from '../queue/backoff.ts';
import type { Cache } from './cache.ts';
import { type WatchEnd, type WatchEventType, watchOnce } from './watch.ts';

/** An incident of a reflector, for metrics. */
export type ReflectorEvent = 'listed' | 'listFailed' | 'watchClosed' | 'watchExpired' | 'watchStalled' | 'watchFailed';

export interface ReflectorOptions<T> {
  readonly connection: Pick<Connection, 'open' | 'getJson' | 'renew'>;
  readonly resource: Resource;
  readonly cache: Cache<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly observe?: (event: ReflectorEvent) => void;
  /** Objects per list request. Default 500, as in client-go. */
  readonly pageSize?: number;
  /**
   * Seconds after which the server ends a watch; it sends a bookmark 2 s earlier. Default 20.
   */
  readonly watchSeconds?: number;
  /** A watch that is silent this much longer than `watchSeconds` is dead. Milliseconds, default 8,000. */
  readonly stallMarginMs?: number;
  /** Interval of unconditional lists, which recover lost events. Default 600,000, ±10 %. */
  readonly relistMs?: number;
  /** Delays after failures. Default 500 ms doubled up to 10 s. */
  readonly backoff?: Backoff;
}

/** A server that keeps closing watches earlier than this, without an event, causes back-off. */
const shortWatchMs = 1_000;

/** Upper bound of Retry-After: a longer pause would leave the operator without a view. */
const longestPauseMs = 30_000;

/**
 * Keeps a Cache equal to the API server's state: lists, then watches from there, forever.
 *
 * No failure ends it. A watch continues where the last one ended. 410 and refusals list again; every other failure
 * backs off. Bookmarks keep the place fresh in quiet times. Lists older than the newest seen version are rejected.
 */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #stopping = new AbortController();
  readonly #firstList = Promise.withResolvers<void>();
  #started = false;
  #synced = false;
  #lastActivity: number;
  /** Number of consecutive failures. */
  #failures = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#lastActivity = options.clock.elapsed();
  }

  /** Whether a first list was complete, so that an object missing from the cache does not exist. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Resolves at the first complete list. */
  get whenSynced(): Promise<void> {
    return this.#firstList.promise;
  }

  /**
   * When the server last responded, on the scale of `clock.elapsed()`: a complete list, an event, a bookmark, a regular end
   * of a watch. Less than 60 s ago even in quiet times; the liveness probe may act on a multiple of that.
   */
  get lastActivity(): number {
    return this.#lastActivity;
  }

  /** Plural name of what is watched, such as `pods`. */
  get what(): string {
    return this.#options.resource.path.split('/').at(-1) ?? '';
  }

  /** Starts; a second call does nothing. */
  start(): void {
    if (!this.#started) {
      this.#started = true;
      void this.#run(this.#stopping.signal);
    }
  }

  /** Ends the watch. The cache keeps its state. */
  stop(): void {
    this.#stopping.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const relistMs = this.#options.relistMs ?? 600_000;
    let place: string | undefined;
    let relistAt = 0;
    while (!signal.aborted) {
      if (place === undefined || clock.elapsed() >= relistAt) {
        place = await this.#list(signal);
        relistAt = clock.elapsed() + relistMs * (0.9 + 0.2 * random());
      }
      if (place !== undefined && !signal.aborted) {
        place = await this.#watch(place, signal);
      }
    }
  }

  /** Returns the place to watch from; undefined when there is none yet. */
  async #list(signal: AbortSignal): Promise<string | undefined> {
    const { cache, resource, pageSize = 500 } = this.#options;
    const listed = new Set<string>();
    const end = await this.#listAll({
      resource,
      pageSize,
      notBefore: cache.newest,
      onItem: (item) => {
        const identity = signal.aborted ? undefined : cache.observe(item);
        if (identity !== undefined) {
          listed.add(identity.uid);
        }
      },
    });
    if (signal.aborted) {
      return undefined;
    }
    if (end.is === 'failed') {
      this.#note('listFailed', end.message);
      await this.#backOff(signal, end.retryAfterMs);
      return undefined;
    }
    cache.retain(listed, end.resourceVersion, resource.namespace ?? null);
    this.#alive();
    this.#synced = true;
    this.#firstList.resolve();
    this.#options.observe?.('listed');
    return end.resourceVersion;
  }

  /** Even a bug on the path of a list must not end the reflector: nothing else would notice the frozen view. */
  async #listAll(request: ListRequest): Promise<ListEnd> {
    try {
      return await listAll(this.#options.connection, request);
    } catch (error) {
      return { is: 'failed', message: `list ${request.resource.path}: ${errorText(error)}` };
    }
  }

  /** Watches once from `place`. Returns where to continue; undefined when a list must come first. */
  async #watch(place: string, signal: AbortSignal): Promise<string | undefined> {
    const { clock, connection, resource, watchSeconds = 20, stallMarginMs = 8_000 } = this.#options;
    const started = clock.elapsed();
    let reached = place;
    let heard = false;
    const end = await watchOnce(connection, {
      path: resource.path,
      query: {
        ...selectorsOf(resource),
        allowWatchBookmarks: 'true',
        resourceVersion: place,
        timeoutSeconds: String(watchSeconds),
      },
      stallMs: watchSeconds * 1000 + stallMarginMs,
      clock,
      signal,
      onEvent: (type, object) => {
        heard = true;
        this.#failures = 0;
        this.#alive();
        reached = this.#take(type, object) ?? reached;
      },
    });
    const lively = heard || clock.elapsed() - started >= shortWatchMs;
    return (await this.#afterWatch(end, lively, signal)) === 'goOn' ? reached : undefined;
  }

  /** Updates the cache. Returns the event's resourceVersion, where the next watch continues. */
  #take(type: WatchEventType, object: unknown): string | undefined {
    const { cache } = this.#options;
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        return cache.observe(object)?.resourceVersion;
      case 'DELETED':
        return cache.observeDeleted(object)?.resourceVersion;
      case 'BOOKMARK': {
        const metadata = isObject(object) ? object['metadata'] : undefined;
        const resourceVersion = isObject(metadata) ? metadata['resourceVersion'] : undefined;
        if (!isResourceVersion(resourceVersion)) {
          return undefined;
        }
        cache.noteVersion(resourceVersion);
        return resourceVersion;
      }
    }
  }

  async #afterWatch(end: WatchEnd, lively: boolean, signal: AbortSignal): Promise<'goOn' | 'list'> {
    switch (end.is) {
      case 'stopped':
        return 'goOn';
      case 'closed':
        this.#options.observe?.('watchClosed');
        if (lively) {
          this.#alive();
        } else {
          await this.#backOff(signal, undefined);
        }
        return 'goOn';
      case 'expired':
        this.#note('watchExpired', end.message);
        await this.#backOffFromSecond(signal);
        return 'list';
      case 'stalled':
        this.#note('watchStalled', 'silent for longer than the server-side time-out');
        this.#options.connection.renew();
        await this.#backOffFromSecond(signal);
        return 'goOn';
      case 'failed':
        this.#note('watchFailed', end.message);
        await this.#backOff(signal, undefined);
        return end.resumable ? 'goOn' : 'list';
    }
  }

  /** For failures that usually recover at the first attempt: no delay then. */
  async #backOffFromSecond(signal: AbortSignal): Promise<void> {
    if (this.#failures > 0) {
      await this.#backOff(signal, undefined);
    } else {
      this.#failures = 1;
    }
  }

  async #backOff(signal: AbortSignal, wish: number | undefined): Promise<void> {
    const { backoff = { baseMs: 500, capMs: 10_000 }, clock, random } = this.#options;
    this.#failures += 1;
    const delay = Math.max(backoffDelay(backoff, this.#failures, random), wish ?? 0);
    await pause(clock, Math.min(delay, longestPauseMs), signal);
  }

  #alive(): void {
    this.#lastActivity = this.#options.clock.elapsed();
  }

  #note(event: ReflectorEvent, message: string): void {
    this.#options.observe?.(event);
    this.#options.log('warn', message, {
      path: this.#options.resource.path,
      what: event,
      failuresInARow: this.#failures + 1,
    });
  }
}
