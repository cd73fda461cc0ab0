import { type Identity, identityOf, isOlder, splitKey } from './object.ts';

/** A change of one key. Without `before`: appeared; without `after`: is gone (or of no interest any more). */
export interface Change<T> {
  readonly key: string;
  readonly before?: T;
  readonly after?: T;
}

export interface CacheOptions<T> {
  /**
   * The small part of an object that is kept, made from raw JSON as the API server sent it; undefined = not of
   * interest. What it throws is reported and this version of the object skipped: an older one stays as it was.
   */
  readonly project: (object: unknown) => T | undefined;
  /** Values under which byIndex finds an entry, the uid of its owner for example. */
  readonly indexOf?: (value: T) => readonly string[];
  /** Called after each change, in order. Should only enqueue keys; what it throws is reported as a problem. */
  readonly onChange?: (change: Change<T>) => void;
  /** An object could not be read or a handler threw. `key` is absent where the object has none. */
  readonly onProblem?: (problem: { readonly key?: string; readonly error: unknown }) => void;
}

interface Entry<T> {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly value: T;
}

/**
 * What is remembered of an object that left the cache, so that an older message does not bring it back: the version
 * up to which messages are old, or 'gone' where no message about its uid can be news. A DELETED event alone does not
 * say so: an object that a selector no longer matches may be matched again.
 */
type Tombstone = 'gone' | { readonly upTo: string };

type Projection<T> =
  | { readonly is: 'kept'; readonly value: T }
  | { readonly is: 'ignored' }
  | { readonly is: 'unreadable' };

/** Old messages come within minutes of the deletion; this many deletions are remembered. */
const tombstonesKept = 4096;

/**
 * The newest known version of each object of one resource type, as projections.
 *
 * Whatever is told to it, by a list, by a watch or by the answer to an own write, and in whatever order: an older
 * version never replaces a newer one, and a deleted object does not come back (a new one of the same name, which has
 * another uid, does). Sources: the "stale" and "time travel" bugs of Sieve, OSDI '22.
 */
export class Cache<T> {
  readonly #options: CacheOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #index = new Map<string, Set<string>>();
  readonly #tombstones = new Map<string, Tombstone>();
  #newest = '0';

  constructor(options: CacheOptions<T>) {
    this.#options = options;
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

  /** All entries that `indexOf` puts under `value`. */
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

  /** Highest resourceVersion seen in any message; '0' before the first. */
  get newest(): string {
    return this.#newest;
  }

  /**
   * Takes the server's answer to an own create, update or patch, so that the next look sees it. Accepts both the
   * raw JSON of CustomObjectsApi and the objects of the typed APIs (whose dates become text again).
   */
  learn(object: unknown): void {
    const raw: unknown = JSON.parse(JSON.stringify(object));
    this.observe(raw);
  }

  /**
   * Drops an object of which the server said that it is gone, so that no older message revives it. Not for a delete
   * that was merely accepted (finalizers, foreground): that answer carries the object, for `learn`.
   */
  forget(key: string, uid: string): void {
    this.#bury(uid, 'gone');
    const known = this.#entries.get(key);
    if (known?.uid === uid) {
      this.#remove(key, known);
    }
  }

  /** An object as a list or a watch shows it. Returns its identity, undefined when it has none. */
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

  /** An object as the DELETED event of a watch shows it. */
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

  /** A bookmark, or a list's own resourceVersion: nothing older is news from here on. */
  noteVersion(resourceVersion: string): void {
    this.#noteVersion(resourceVersion);
  }

  /**
   * Ends a complete list: what it did not show and what is not newer than it was deleted meanwhile.
   * @param listed uids of all objects of the list
   * @param resourceVersion the list's own
   * @param namespace what the list was of; null for all namespaces
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
    try {
      this.#options.onChange?.(change);
    } catch (error) {
      this.#report({ key: change.key, error });
    }
  }

  #report(problem: { readonly key?: string; readonly error: unknown }): void {
    this.#options.onProblem?.(problem);
  }
}
