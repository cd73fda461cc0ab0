/**
 * A queue in which groups take turns; within a group, first come, first served. However much one group has, another
 * waits for one item of each group at most.
 */
export class RoundRobin<T> {
  /** The items of each group that has any; the group whose turn it is comes first. */
  readonly #groups = new Map<string, Set<T>>();
  #size = 0;

  /** Number of items. */
  get size(): number {
    return this.#size;
  }

  /** Adds an item at the end of its group; one that is there already keeps its place. */
  add(group: string, item: T): void {
    const items = this.#groups.get(group) ?? new Set<T>();
    this.#size += items.has(item) ? 0 : 1;
    this.#groups.set(group, items.add(item));
  }

  /** Removes and returns the next item. */
  take(): { readonly item: T } | undefined {
    for (const [group, items] of this.#groups) {
      for (const item of items) {
        items.delete(item);
        this.#size -= 1;
        this.#groups.delete(group);
        if (items.size > 0) {
          this.#groups.set(group, items);
        }
        return { item };
      }
    }
    return undefined;
  }

  clear(): void {
    this.#groups.clear();
    this.#size = 0;
  }
}
