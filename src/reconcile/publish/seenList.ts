import { createHash } from 'node:crypto';
import { z } from 'zod';
import { labels, manager } from '../../api/names.ts';

/** Projection of a ConfigMap that a destination names, without its content, which may be a megabyte. */
export interface SeenList {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Whether the ConfigMap has the operator's label; the operator never writes another one. */
  readonly ours: boolean;
  readonly digest: string;
  readonly keys: readonly string[];
  readonly binaryKeys: readonly string[];
}

const configMapSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  data: z.record(z.string(), z.string()).default({}),
  binaryData: z.record(z.string(), z.string()).default({}),
});

export function projectList(object: unknown): SeenList {
  const { metadata, data, binaryData } = configMapSchema.parse(object);
  return {
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    ours: metadata.labels[labels.managedBy] === manager,
    digest: digestOf({ ...data, ...binaryData }),
    keys: Object.keys(data),
    binaryKeys: Object.keys(binaryData),
  };
}

/** Digest of the content, in any order. No key is in both `data` and `binaryData` of a ConfigMap. */
export function digestOf(data: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const [key, value] of Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${key.length}:${key}${value.length}:`).update(value);
  }
  return hash.digest('hex');
}
