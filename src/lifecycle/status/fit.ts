import type { Bounds } from '../../api/bounds.ts';
import { imageSpecObject } from '../../api/imageSpecObject.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { statusBounds } from '../../api/statusBounds.generated.ts';
import { firstCharacters } from '../../text/cut.ts';

/**
 * Fits a status into the CRD's bounds, so that the API server accepts and stores it unchanged. Cuts long texts and lists.
 * Drops unknown fields, and values that no cut can fit.
 */
export function fitStatus(status: ImageSpecStatus): ImageSpecStatus {
  return imageSpecObject.shape.status.parse(fit(status, statusBounds));
}

/** undefined: no part of the value fits the bounds. */
function fit(value: unknown, bounds: Bounds): unknown {
  switch (bounds.is) {
    case 'text':
      return typeof value === 'string' ? fitText(value, bounds) : undefined;
    case 'word':
      return typeof value === 'string' && bounds.words.includes(value) ? value : undefined;
    case 'number':
      return typeof value === 'number' ? Math.min(bounds.most, Math.max(bounds.least, Math.trunc(value))) : undefined;
    case 'list':
      return Array.isArray(value) ? fitList(value, bounds) : undefined;
    case 'object':
      return typeof value === 'object' && value !== null ? fitObject({ ...value }, bounds) : undefined;
  }
}

function fitText(value: string, { least, most }: Extract<Bounds, { is: 'text' }>): string | undefined {
  const text = firstCharacters(value, most);
  return text.length < least ? undefined : text;
}

function fitList(value: readonly unknown[], { most, items, unique }: Extract<Bounds, { is: 'list' }>): unknown {
  const seen = new Set<string>();
  const fitted: unknown[] = [];
  for (const entry of value) {
    if (fitted.length === most) {
      break;
    }
    const one = fit(entry, items);
    // A cut may make two different entries equal.
    const key = keyOf(one, unique);
    if (one !== undefined && (key === null || !seen.has(key))) {
      fitted.push(one);
      seen.add(key ?? '');
    }
  }
  return fitted;
}

/** The part of an entry that must be unique in its list; null: entries may be equal. */
function keyOf(entry: unknown, unique: readonly string[] | 'whole'): string | null {
  if (unique === 'whole') {
    return JSON.stringify(entry) ?? '';
  }
  const fields: Readonly<Record<string, unknown>> = typeof entry === 'object' ? { ...entry } : {};
  return unique.length === 0 ? null : JSON.stringify(unique.map((name) => fields[name]));
}

function fitObject(
  value: Readonly<Record<string, unknown>>,
  { required, fields }: Extract<Bounds, { is: 'object' }>,
): unknown {
  const entries = Object.entries(fields).flatMap(([name, bounds]) => {
    const fitted = value[name] === undefined ? undefined : fit(value[name], bounds);
    return fitted === undefined ? [] : [[name, fitted] as const];
  });
  const fitted = Object.fromEntries(entries);
  return required.every((name) => name in fitted) ? fitted : undefined;
}
