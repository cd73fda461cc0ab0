import { createHash } from 'node:crypto';
import type { Credential } from '../../oci/dockerConfig.ts';

/** Distinguishes credentials without keeping them. */
export function credentialHash(credential: Credential | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify(credential ?? null))
    .digest('base64');
}
