import { createHash } from 'node:crypto';
import { identityOf } from '../packages/fields.ts';
import { canonicalJson, type Json } from './canonicalJson.ts';
import type { Base, EffectiveSpec, NameValue } from './effective.ts';

/**
 * SHA-256, in hex, of what determines the image. Names, output, mirrors, Secrets and
 * resources are not in it, and neither is the way of rendering: an operator upgrade never changes it.
 * `bases` are those of the FROM instructions, in their order. Lists whose order carries no meaning are sorted, so that an edit of their order builds nothing.
 */
export function inputHash(spec: EffectiveSpec, bases: readonly Base[]): string {
  const digests = bases.map(({ digest }) => digest);
  const of = digests.join(' ');
  const known = hashes.get(spec);
  if (known?.of === of) {
    return known.hash;
  }
  const hash = hashOf(spec, digests);
  hashes.set(spec, { of, hash });
  return hash;
}

/**
 * The hash of each spec with the bases of its last use. Every step of a pass asks for it, and to sort long lists takes tens of
 * milliseconds. A spec is never changed, and one that is read again is another object.
 */
const hashes = new WeakMap<EffectiveSpec, { readonly of: string; readonly hash: string }>();

function hashOf(spec: EffectiveSpec, digests: readonly string[]): string {
  const identity: Record<string, Json> = {
    v: 1,
    platform: spec.platform,
    bases: digests,
    ...(spec.args.length > 0 ? { args: pairs(spec.args) } : {}),
    ...sourceIdentity(spec),
  };
  return sha256(canonicalJson(identity));
}

/** First 16 hex digits of the hash; after a rebuild request `-r` and the 8 hex digits of the request's mark are added. */
export function immutableTag(hash: string, rebuildMark: string | null): string {
  return `${hash.slice(0, 16)}${rebuildMark === null ? '' : `-r${rebuildMark}`}`;
}

/** SHA-256 in hex of a text's UTF-8 bytes. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function sourceIdentity({ source }: EffectiveSpec): Record<string, Json> {
  switch (source.is) {
    case 'dockerfile':
      return { dockerfile: source.text };
    case 'packages':
      return {
        ...identityOf(source),
        ...(source.env.length > 0 ? { env: pairs(source.env) } : {}),
      };
  }
}

function pairs(list: readonly NameValue[]): Json {
  return list.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, value }) => [name, value]);
}
