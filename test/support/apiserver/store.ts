/** An object of the scripted API server. */
export interface StoredObject {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly object: StoredObject;
}

/** A client's write: any fields, and metadata without the server's part. */
export interface Draft {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/**
 * The data of one collection as an API server keeps it: versions count up over all writes, history can be replayed
 * and compacted. Part of the scripted API server, which stands in for a real one in unit tests.
 */
export class Store {
  #history: StoredEvent[] = [];
  #compacted = 0;
  #version: number;
  #uids = 0;

  constructor(firstVersion = 100) {
    this.#version = firstVersion;
  }

  get version(): number {
    return this.#version;
  }

  /** History before this version cannot be watched or listed any more. */
  get compacted(): number {
    return this.#compacted;
  }

  get(name: string): StoredObject | undefined {
    return this.at(this.#version).find((object) => object.metadata.name === name);
  }

  /** Creates or replaces. */
  put(draft: Draft): StoredEvent {
    const known = this.get(draft.metadata.name);
    this.#version += 1;
    this.#uids += known === undefined ? 1 : 0;
    const uid = known?.metadata.uid ?? `uid-${this.#uids}`;
    const object = { ...draft, metadata: { ...draft.metadata, uid, resourceVersion: String(this.#version) } };
    return this.#record({ type: known === undefined ? 'ADDED' : 'MODIFIED', version: this.#version, object });
  }

  delete(name: string): StoredEvent {
    const known = this.get(name);
    if (known === undefined) {
      throw new Error(`there is no ${name} to delete`);
    }
    this.#version += 1;
    const object = { ...known, metadata: { ...known.metadata, resourceVersion: String(this.#version) } };
    return this.#record({ type: 'DELETED', version: this.#version, object });
  }

  /** Other resource types are written too: the version moves without an event here. */
  tick(): void {
    this.#version += 1;
  }

  compact(): void {
    this.#compacted = this.#version;
  }

  since(version: number): readonly StoredEvent[] {
    return this.#history.filter((event) => event.version > version);
  }

  /** All objects as they were at a version, oldest name first. */
  at(version: number): readonly StoredObject[] {
    const objects = new Map<string, StoredObject>();
    for (const event of this.#history) {
      if (event.version <= version) {
        if (event.type === 'DELETED') {
          objects.delete(event.object.metadata.name);
        } else {
          objects.set(event.object.metadata.name, event.object);
        }
      }
    }
    return [...objects.values()];
  }

  #record(event: StoredEvent): StoredEvent {
    this.#history.push(event);
    return event;
  }
}
