import { createHash } from 'node:crypto';

/** SHA-256 only, because go-containerregistry (in Kaniko and crane) supports no other digest. */
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is a digest: `sha256:` and 64 hex digits in lower case. */
export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

export function digestOfBytes(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The digest in a reference by digest (`repository@sha256:…`). */
export function digestIn(image: string): string {
  return image.slice(image.indexOf('@') + 1);
}
