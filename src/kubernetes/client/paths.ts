/** The objects of one type in one namespace. */
export interface Collection {
  /** `/api/v1`, or `/apis/GROUP/VERSION`. */
  readonly api: string;
  readonly plural: string;
  readonly namespace: string;
}

/** Path of a collection, or of one object in it. */
export function pathOf({ api, plural, namespace }: Collection, name?: string): string {
  const collection = `${api}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? collection : `${collection}/${encodeURIComponent(name)}`;
}
