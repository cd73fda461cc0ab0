import { type Identity, identityOf, isOlder, splitKey } from '../object.ts';

/** A change of one key. Without `before`: added; without `after`: deleted, or no longer of interest. */
export interface Change<T> {
  readonly key: string;
  readonly before?: T;
  readonly after?: T;
}

export interface CacheOptions<T> {
  /**
   * Projects raw JSON from the API server to the small part that the cache keeps; undefined = not of interest. An error
   * is reported, and this version of the object skipped: the older one stays.
   */
  readonly project: (object: unknown) => T | undefined;
  /** Values under which byIndex finds an entry, for example its owner's uid. */
  readonly indexOf?: (value: T) => readonly string[];
  /** Called after each change, in order. Should only enqueue keys; the cache reports an exception as a problem. */
  readonly onChange?: (change: Change<T>) => void;
  /** An unreadable object, or an exception in a handler. `key` is absent where the object has none. */
  readonly onProblem?: (problem: { readonly key?: string; readonly error: unknown }) => void;
}

interface Entry<T> {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly value: T;
}

/**
 * Remembers an object that left the cache, so that an older message does not restore it. `upTo` is the version up to
 * which messages are old. 'gone' means that every message about its uid is old. A DELETED event alone is not proof of
 * that: a selector may match the object again.
 */
type Tombstone = 'gone' | { readonly upTo: string };

type Projection<T> =
  | { readonly is: 'kept'; readonly value: T }
  | { readonly is: 'ignored' }
  | { readonly is: 'unreadable' };

/** Old messages arrive within minutes of the deletion; the cache remembers this many deletions. */
const tombstonesKept = 4096;

/**
 * The newest known version of each object of one resource type, as projections.
 *
 * Lists, watches and answers to the operator's writes may arrive in any order. An older version never replaces a newer
 * one, and a deleted object does not return; a new object of the same name, with another uid, does. Sources: the
 * "stale" and "time travel" bugs of Sieve, OSDI '22.
 */
export class Cache<T> {
  readonly #options: CacheOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #index = new Map<string, Set<string>>();
  readonly #tombstones = new Map<string, Tombstone>();
  readonly #subscribers: ((change: Change<T>) => void)[] = [];
  #newest = '0';

  constructor(options: CacheOptions<T>) {
    this.#options = options;
  }

  /** Calls this function, too, after each further change, and before `onChange`: for what is counted from the entries. */
  subscribe(onChange: (change: Change<T>) => void): void {
    this.#subscribers.push(onChange);
  }

  /** The projection under `namespace/name`. */
  get(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  get size(): number {
    return this.#entries.size;
  }

  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  *values(): Iterable<T> {
    for (const { value } of this.#entries.values()) {
      yield value;
    }
  }

  /** All entries with `value` among their `indexOf`. */
  byIndex(value: string): readonly T[] {
    const found: T[] = [];
    for (const key of this.#index.get(value) ?? []) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) {
        found.push(entry.value);
      }
    }
    return found;
  }

  /** Highest resourceVersion of any message; '0' before the first. */
  get newest(): string {
    return this.#newest;
  }

  /**
   * Drops an object that the server reports as deleted, so that no older message restores it. Not for a delete that was
   * merely accepted (finalizers, foreground): that answer contains the object, for `observe`.
   */
  forget(key: string, uid: string): void {
    this.#bury(uid, 'gone');
    const known = this.#entries.get(key);
    if (known?.uid === uid) {
      this.#remove(key, known);
    }
  }

  /**
   * Stores raw JSON of the API server: an object from a list or a watch, or the answer to a write of the operator. Returns its
   * identity; undefined when it has none.
   */
  observe(object: unknown): Identity | undefined {
    const identity = this.#identify(object);
    if (identity === undefined) {
      return undefined;
    }
    this.#noteVersion(identity.resourceVersion);
    const known = this.#entries.get(identity.key);
    if (this.#isPast(identity, known)) {
      return identity;
    }
    const projection = this.#project(identity.key, object);
    const same = known?.uid === identity.uid ? known : undefined;
    if (same !== undefined && projection.is === 'unreadable') {
      return identity;
    }
    if (known !== undefined && (same === undefined || projection.is !== 'kept')) {
      this.#bury(known.uid, { upTo: identity.resourceVersion });
      this.#remove(identity.key, known);
    }
    if (projection.is === 'kept') {
      this.#tombstones.delete(identity.uid);
      this.#put(identity, projection.value, same);
    }
    return identity;
  }

  /** Handles an object in the DELETED event of a watch. */
  observeDeleted(object: unknown): Identity | undefined {
    const identity = this.#identify(object);
    if (identity === undefined) {
      return undefined;
    }
    this.#noteVersion(identity.resourceVersion);
    this.#bury(identity.uid, { upTo: identity.resourceVersion });
    const known = this.#entries.get(identity.key);
    if (known?.uid === identity.uid && !isOlder(identity.resourceVersion, known.resourceVersion)) {
      this.#remove(identity.key, known);
    }
    return identity;
  }

  /** Notes the version of a bookmark or a list: older messages are no longer news. */
  noteVersion(resourceVersion: string): void {
    this.#noteVersion(resourceVersion);
  }

  /**
   * Ends a complete list: deletes entries that the list neither shows nor predates.
   *
   * @param listed uids of all objects of the list
   * @param resourceVersion the list's version
   * @param namespace the list's namespace; null for all namespaces
   */
  retain(listed: ReadonlySet<string>, resourceVersion: string, namespace: string | null): void {
    for (const [key, entry] of this.#entries) {
      const isListed = namespace === null || splitKey(key).namespace === namespace;
      if (isListed && !listed.has(entry.uid) && !isOlder(resourceVersion, entry.resourceVersion)) {
        this.#bury(entry.uid, { upTo: resourceVersion });
        this.#remove(key, entry);
      }
    }
  }

  #identify(object: unknown): Identity | undefined {
    const identity = identityOf(object);
    if (identity === undefined) {
      this.#report({ error: new Error('an object without name, uid or a numeric resourceVersion') });
    }
    return identity;
  }

  #isPast(identity: Identity, known: Entry<T> | undefined): boolean {
    const tombstone = this.#tombstones.get(identity.uid);
    if (tombstone === 'gone' || (tombstone !== undefined && !isOlder(tombstone.upTo, identity.resourceVersion))) {
      return true;
    }
    return known !== undefined && !isOlder(known.resourceVersion, identity.resourceVersion);
  }

  #project(key: string, object: unknown): Projection<T> {
    try {
      const value = this.#options.project(object);
      return value === undefined ? { is: 'ignored' } : { is: 'kept', value };
    } catch (error) {
      this.#report({ key, error });
      return { is: 'unreadable' };
    }
  }

  #put(identity: Identity, value: T, known: Entry<T> | undefined): void {
    const { key, uid, resourceVersion } = identity;
    if (known !== undefined) {
      this.#unindex(key, known.value);
    }
    this.#entries.set(key, { uid, resourceVersion, value });
    for (const under of this.#options.indexOf?.(value) ?? []) {
      const keys = this.#index.get(under);
      if (keys === undefined) {
        this.#index.set(under, new Set([key]));
      } else {
        keys.add(key);
      }
    }
    this.#announce(known === undefined ? { key, after: value } : { key, before: known.value, after: value });
  }

  #remove(key: string, known: Entry<T>): void {
    this.#entries.delete(key);
    this.#unindex(key, known.value);
    this.#announce({ key, before: known.value });
  }

  #unindex(key: string, value: T): void {
    for (const under of this.#options.indexOf?.(value) ?? []) {
      const keys = this.#index.get(under);
      keys?.delete(key);
      if (keys?.size === 0) {
        this.#index.delete(under);
      }
    }
  }

  #bury(uid: string, tombstone: Tombstone): void {
    const known = this.#tombstones.get(uid);
    this.#tombstones.delete(uid);
    this.#tombstones.set(uid, known === 'gone' ? known : tombstone);
    if (this.#tombstones.size > tombstonesKept) {
      const oldest = this.#tombstones.keys().next();
      if (oldest.done !== true) {
        this.#tombstones.delete(oldest.value);
      }
    }
  }

  #noteVersion(resourceVersion: string): void {
    if (isOlder(this.#newest, resourceVersion)) {
      this.#newest = resourceVersion;
    }
  }

  #announce(change: Change<T>): void {
    for (const listener of [...this.#subscribers, this.#options.onChange]) {
      try {
        listener?.(change);
      } catch (error) {
        this.#report({ key: change.key, error });
      }
    }
  }

  #report(problem: { readonly key?: string; readonly error: unknown }): void {
    this.#options.onProblem?.(problem);
  }
}
