import { isDeepStrictEqual } from 'node:util';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { Log } from '../../kubernetes/log.ts';
import type { SeenImageSpec } from '../watched/projections.ts';

/**
 * Statuses that the API server stored with changes: an older CRD prunes unknown fields. The sent status counts until the
 * object changes. Otherwise each pass would repeat the same write, and never take the next step.
 */
export class WrittenStatuses {
  readonly #byKey = new Map<string, { readonly resourceVersion: string; readonly sent: ImageSpecStatus }>();
  readonly #log: Log;
  /** Fields with a warning in the log: one warning each is enough. */
  readonly #logged = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Compares the sent status with the server's answer. `answered` is undefined when the object is gone. */
  keep(key: string, sent: ImageSpecStatus, answered: SeenImageSpec | undefined): void {
    const field =
      answered === undefined ? null : differenceAt('status', JSON.parse(JSON.stringify(sent)), answered.status);
    if (answered === undefined || field === null) {
      this.#byKey.delete(key);
      return;
    }
    this.#byKey.set(key, { resourceVersion: answered.self.resourceVersion, sent });
    if (!this.#logged.has(field)) {
      this.#logged.add(field);
      const problem =
        'the API server stores a field of the status otherwise than it is written: install the CRD of this version';
      this.#log('warn', problem, { key, field });
    }
  }

  /** The status that counts: the sent one for this version of the object, else the stored one. */
  of(key: string, { self, status }: SeenImageSpec): ImageSpecStatus {
    const kept = this.#byKey.get(key);
    if (kept === undefined || kept.resourceVersion === self.resourceVersion) {
      return kept?.sent ?? status;
    }
    this.#byKey.delete(key);
    return status;
  }

  /** Forgets a deleted ImageSpec. */
  leave(key: string): void {
    this.#byKey.delete(key);
  }
}

function differenceAt(path: string, sent: unknown, stored: unknown): string | null {
  if (isDeepStrictEqual(sent, stored)) {
    return null;
  }
  if (!isObject(sent) || !isObject(stored)) {
    return path;
  }
  for (const name of new Set([...Object.keys(sent), ...Object.keys(stored)])) {
    // All entries of a list share one name for a field.
    const place = Array.isArray(sent) ? `${path}[]` : `${path}.${name}`;
    const inner = differenceAt(place, sent[name], stored[name]);
    if (inner !== null) {
      return inner;
    }
  }
  return path;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
