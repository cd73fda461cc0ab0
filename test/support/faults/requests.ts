import { isObject } from '../../../src/kubernetes/object.ts';

/** Writes of a process that are no step of its work: the Lease is written every two seconds. */
const ignored: ReadonlySet<string> = new Set(['leases']);

/**
 * Names a write by method and resource: `POST jobs`, `PATCH imagespecs/status`.
 *
 * @returns null for a read, and for the Lease
 */
export function writeOf(method: string, url: string): string | null {
  if (method === 'GET') {
    return null;
  }
  const [path = ''] = url.split('?');
  const [, resource = '', , subresource] = /\/namespaces\/[^/]+\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(path) ?? [];
  return ignored.has(resource) ? null : `${method} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** What plays a written object from others of its kind: what its condition Ready says, an Event's reason and note, its name. */
export function detailOf(object: unknown): string {
  if (!isObject(object)) {
    return '';
  }
  const { status, reason, note, metadata } = object;
  const conditions = isObject(status) && Array.isArray(status['conditions']) ? status['conditions'] : [];
  const ready: unknown = conditions.find((one: unknown) => isObject(one) && one['type'] === 'Ready');
  if (isObject(ready)) {
    return `${String(ready['reason'])}: ${String(ready['message'])}`;
  }
  if (typeof reason === 'string') {
    return `${reason}: ${String(note)}`;
  }
  const name = isObject(metadata) ? metadata['name'] : null;
  return typeof name === 'string' ? name : '';
}

/** The resourceVersion of an object; null: it has none. */
export function versionOf(object: unknown): string | null {
  const metadata = isObject(object) ? object['metadata'] : null;
  const version = isObject(metadata) ? metadata['resourceVersion'] : null;
  return typeof version === 'string' ? version : null;
}
