import type { V1ConfigMap } from '@kubernetes/client-node';
import { labels, manager } from '../../api/names.ts';
import { sha256 } from '../../imagespec/inputHash.ts';
import { type Owner, ownerReferences } from '../../kaniko/ownPod.ts';

/** Keys and values together; the API server takes 1 MiB of them. */
const maximumBytes = 900_000;
const longestName = 253;
const suffix = '-contents';

/** `NAME-contents`; a name that leaves no room for it is cut and made unique again by a hash. */
export function contentsConfigMapName(name: string): string {
  if (name.length + suffix.length <= longestName) {
    return `${name}${suffix}`;
  }
  const unique = `-${sha256(name).slice(0, 10)}${suffix}`;
  // A "." right before the "-" would be no name.
  return `${name.slice(0, longestName - unique.length).replace(/[.-]+$/, '')}${unique}`;
}

/** The key of one build's packages. */
export function contentsKey(number: number): string {
  return `build-${number}.txt`;
}

/** What the ConfigMap of an ImageSpec is made from. */
export interface ContentsInput {
  readonly owner: Owner;
  /** What the ConfigMap holds so far. */
  readonly existing: Readonly<Record<string, string>>;
  /** The build that `text` is about. */
  readonly number: number;
  /** The builds that stay while there is room: those of status.history. */
  readonly keep: readonly number[];
  /** As `formatContents` gives it. */
  readonly text: string;
}

/** The ConfigMap with one more build. Builds outside `keep` go, and the oldest go when the ConfigMap is full. */
export function contentsConfigMap({
  owner,
  existing,
  number,
  keep,
  text,
}: ContentsInput): V1ConfigMap & { readonly data: Readonly<Record<string, string>> } {
  const others = [...new Set(keep)].filter((other) => other !== number).toSorted((a, b) => b - a);
  const data: Record<string, string> = { [contentsKey(number)]: text };
  let bytes = sizeOf(contentsKey(number), text);
  for (const other of others) {
    const key = contentsKey(other);
    const kept = existing[key];
    if (kept === undefined) {
      continue;
    }
    bytes += sizeOf(key, kept);
    if (bytes > maximumBytes) {
      break;
    }
    data[key] = kept;
  }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: contentsConfigMapName(owner.name),
      namespace: owner.namespace,
      labels: { [labels.managedBy]: manager, [labels.uid]: owner.uid },
      ownerReferences: ownerReferences(owner),
    },
    data,
  };
}

function sizeOf(key: string, text: string): number {
  return key.length + Buffer.byteLength(text, 'utf8');
}
