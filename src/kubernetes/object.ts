/** Any JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What identifies one version of one Kubernetes object. */
export interface Identity {
  /** `namespace/name`, or `name` for a cluster-scoped object. */
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** `namespace/name`, or `name` alone for a cluster-scoped object: the key of caches and queues. */
export function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** The parts of a key of keyOf. Neither part of a Kubernetes name can contain a slash. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Reads metadata.{namespace,name,uid,resourceVersion}; undefined without a required one. */
export function identityOf(object: unknown): Identity | undefined {
  if (!isObject(object) || !isObject(object['metadata'])) {
    return undefined;
  }
  const { namespace, name, uid, resourceVersion } = object['metadata'];
  if (typeof name !== 'string' || typeof uid !== 'string' || !isResourceVersion(resourceVersion)) {
    return undefined;
  }
  return { key: keyOf(typeof namespace === 'string' ? namespace : undefined, name), uid, resourceVersion };
}

/**
 * Whether a value is an orderable resourceVersion: a decimal number without leading zeros (KEP-5504, "Comparable
 * Resource Version", Kubernetes 1.35; true of every earlier server on etcd as well).
 */
export function isResourceVersion(value: unknown): value is string {
  return typeof value === 'string' && /^(?:0|[1-9]\d{0,38})$/.test(value);
}

/**
 * Whether `one` is older than `other`. Both must be resourceVersions of the same resource type.
 *
 * @throws SyntaxError when one is not a decimal number; see isResourceVersion
 */
export function isOlder(one: string, other: string): boolean {
  return BigInt(one) < BigInt(other);
}
