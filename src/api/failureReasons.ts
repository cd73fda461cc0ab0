import type { Retry, SettingsPart } from './reasonColumns.ts';
import { isReadyReason, readyReasons, type StalledReason } from './reasons.ts';

interface CauseEntry {
  readonly retry: 'fast';
  /** The settings of the platform that can cause it; null when none can. */
  readonly settings: SettingsPart | null;
  readonly advice: string;
}

/**
 * Causes outside the user's hands. They are retried, and stay in `status.failure.reason` while `Ready` says
 * `Retrying` or `RetriesExhausted`.
 */
export const infrastructureCauses = {
  Evicted: { retry: 'fast', settings: null, advice: 'The node ran short of a resource and evicted the build.' },
  NodeLost: { retry: 'fast', settings: null, advice: 'The node of the build is gone or does not answer.' },
  BuildPodDeleted: {
    retry: 'fast',
    settings: null,
    advice: 'Somebody or something deleted the Pod or the Job of the build.',
  },
  RegistryUnavailable: {
    retry: 'fast',
    settings: 'registries',
    advice: 'The registry does not answer, or answers with a server error.',
  },
  RateLimited: {
    retry: 'fast',
    settings: 'registries',
    advice: 'The registry limits the rate: wait, or name a Secret with a higher limit.',
  },
  CertificateUntrusted: {
    retry: 'fast',
    settings: 'registries',
    advice: "Have the administrator add the registry's authority to caBundle.",
  },
  CredentialsInvalid: { retry: 'fast', settings: null, advice: 'Correct the Secret that the message names.' },
  BuilderFailed: { retry: 'fast', settings: 'pods', advice: 'The builder itself failed.' },
  LaunchInterrupted: {
    retry: 'fast',
    settings: null,
    advice: 'Each try to start the image was interrupted, as the message says. Ask for a retry once the cause is gone.',
  },
} as const satisfies Readonly<Record<string, CauseEntry>>;

/** A cause that is retried. */
export type InfrastructureCause = keyof typeof infrastructureCauses;

/** What `status.failure.reason` may hold. */
export type FailureReason = StalledReason | InfrastructureCause;

/** Whether a failure is of the infrastructure's making, so that trying again can help. */
export function isInfrastructureCause(reason: FailureReason): reason is InfrastructureCause {
  return Object.hasOwn(infrastructureCauses, reason);
}

/** Narrows a text that was read back from a status. */
export function isFailureReason(reason: string): reason is FailureReason {
  return (
    Object.hasOwn(infrastructureCauses, reason) || (isReadyReason(reason) && readyReasons[reason].group === 'over')
  );
}

/** How a failure of this reason is tried again. */
export function retryOf(reason: FailureReason): Retry {
  return rowOf(reason).retry;
}

/** The part of the platform's settings that can cause this failure; null when none can. */
export function settingsPartOf(reason: FailureReason): SettingsPart | null {
  return rowOf(reason).settings;
}

/** What a person does about a failure. */
export function adviceOn(reason: FailureReason): string {
  return rowOf(reason).advice;
}

function rowOf(reason: FailureReason) {
  return isInfrastructureCause(reason) ? infrastructureCauses[reason] : readyReasons[reason];
}
