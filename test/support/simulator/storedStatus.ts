import type { Bounds } from '../../../src/api/bounds.ts';
import { imageSpecObject } from '../../../src/api/imageSpecObject.ts';
import type { ImageSpecStatus } from '../../../src/api/imagespec.generated.ts';
import { statusBounds } from '../../../src/api/statusBounds.generated.ts';

/** The status as an API server stores it. */
export type Stored =
  | { readonly is: 'stored'; readonly status: ImageSpecStatus }
  | { readonly is: 'refused'; readonly reason: null; readonly message: string };

/** Stores a status as the API server does: Go's JSON has U+FFFD for half a character, and the schema holds. */
export function storedStatus(sent: ImageSpecStatus): Stored {
  const read: unknown = JSON.parse(JSON.stringify(sent), (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
  const [first] = faults(read, statusBounds, 'status');
  return first === undefined
    ? { is: 'stored', status: imageSpecObject.shape.status.parse(read) }
    : { is: 'refused', reason: null, message: `${first} is not within its bounds` };
}

/** The places of a status that a server with this schema refuses or stores otherwise. */
export function faults(value: unknown, bounds: Bounds, place: string): readonly string[] {
  switch (bounds.is) {
    case 'text': {
      const length = typeof value === 'string' ? Array.from(value).length : -1;
      const isWhole = typeof value === 'string' && value.isWellFormed();
      return isWhole && length >= bounds.least && length <= bounds.most ? [] : [place];
    }
    case 'word':
      return typeof value === 'string' && bounds.words.includes(value) ? [] : [place];
    case 'number':
      return Number.isInteger(value) && Number(value) >= bounds.least && Number(value) <= bounds.most ? [] : [place];
    case 'list': {
      const entries: readonly unknown[] = Array.isArray(value) ? value : [];
      const keys = entries.map((entry) =>
        bounds.unique === 'whole'
          ? JSON.stringify(entry)
          : JSON.stringify(Object.entries(fieldsOf(entry)).filter(([name]) => bounds.unique.includes(name))),
      );
      const isUnique = bounds.unique.length === 0 || new Set(keys).size === keys.length;
      return [
        ...(Array.isArray(value) && entries.length <= bounds.most && isUnique ? [] : [place]),
        ...entries.flatMap((entry) => faults(entry, bounds.items, `${place}[]`)),
      ];
    }
    case 'object': {
      const fields = fieldsOf(value);
      return [
        ...bounds.required.filter((name) => fields[name] === undefined).map((name) => `${place}.${name}`),
        ...Object.entries(fields).flatMap(([name, field]) => {
          const known = bounds.fields[name];
          return known === undefined ? [`${place}.${name}`] : faults(field, known, `${place}.${name}`);
        }),
      ];
    }
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' ? { ...value } : {};
}
