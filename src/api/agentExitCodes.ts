import type { FailureReason } from './reasons/failureReasons.ts';

/** Exit codes of the programs inside the operator's Pods, and the reason for each. 0 is success, 1 a bug. */
export const agentExitCodes = {
  usage: { code: 2, reason: 'BuilderFailed' },
  credentialsInvalid: { code: 3, reason: 'CredentialsInvalid' },
  unauthorized: { code: 4, reason: 'PushUnauthorized' },
  unavailable: { code: 5, reason: 'RegistryUnavailable' },
  certificateUntrusted: { code: 6, reason: 'CertificateUntrusted' },
  digestMismatch: { code: 7, reason: 'DigestMismatch' },
  rateLimited: { code: 8, reason: 'RateLimited' },
  pushFailed: { code: 9, reason: 'PushFailed' },
  layoutRefused: { code: 10, reason: 'BuilderFailed' },
  hubPortTaken: { code: 11, reason: 'BuilderFailed' },
  baseReplaced: { code: 12, reason: 'DigestMismatch' },
  baseUnauthorized: { code: 13, reason: 'BaseImageUnauthorized' },
  baseNotFound: { code: 14, reason: 'BaseImageNotFound' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly reason: FailureReason }>>;
