import type { Retry, SettingsPart } from './reasonColumns.ts';
import { isReadyReason, readyReasons, type StalledReason } from './reasons.ts';

interface CauseEntry {
  readonly retry: 'fast';
  /** The platform settings that can cause it; null when none can. */
  readonly settings: SettingsPart | null;
  readonly advice: string;
}

/**
 * Causes outside the user's control. The operator retries them. They stay in `status.failure.reason` while `Ready` says
 * `Retrying` or `RetriesExhausted`.
 */
export const infrastructureCauses = {
  Evicted: { retry: 'fast', settings: null, advice: 'The node ran out of a resource and evicted the build.' },
  NodeLost: { retry: 'fast', settings: null, advice: "The build's node is gone or does not respond." },
  BuildPodDeleted: {
    retry: 'fast',
    settings: null,
    advice: "A user or another controller deleted the build's Pod or Job.",
  },
  RegistryUnavailable: {
    retry: 'fast',
    settings: 'registries',
    advice: 'The registry does not respond, or responds with a server error.',
  },
  RateLimited: {
    retry: 'fast',
    settings: 'registries',
    advice: 'The registry limits the request rate: wait, or name a Secret with a higher limit.',
  },
  CertificateUntrusted: {
    retry: 'fast',
    settings: 'registries',
    advice: "Ask the administrator to add the registry's CA certificate to caBundle.",
  },
  CredentialsInvalid: { retry: 'fast', settings: null, advice: 'Correct the Secret that the message names.' },
  BuilderFailed: { retry: 'fast', settings: 'pods', advice: 'The builder itself failed.' },
  LaunchInterrupted: {
    retry: 'fast',
    settings: null,
    advice:
      'Each attempt to start the image was interrupted, as the message says. Request a retry once the cause is gone.',
  },
} as const satisfies Readonly<Record<string, CauseEntry>>;

/** A cause that the operator retries. */
export type InfrastructureCause = keyof typeof infrastructureCauses;

/** The values of `status.failure.reason`. */
export type FailureReason = StalledReason | InfrastructureCause;

/** Whether the infrastructure caused the failure, so that a retry can help. */
export function isInfrastructureCause(reason: FailureReason): reason is InfrastructureCause {
  return Object.hasOwn(infrastructureCauses, reason);
}

/** Narrows a text read from a status. */
export function isFailureReason(reason: string): reason is FailureReason {
  return (
    Object.hasOwn(infrastructureCauses, reason) || (isReadyReason(reason) && readyReasons[reason].group === 'over')
  );
}

/** How the operator retries a failure of this reason. */
export function retryOf(reason: FailureReason): Retry {
  return rowOf(reason).retry;
}

/** The platform settings that can cause this failure; null when none can. */
export function settingsPartOf(reason: FailureReason): SettingsPart | null {
  return rowOf(reason).settings;
}

/** What a user does about a failure. */
export function adviceOn(reason: FailureReason): string {
  return rowOf(reason).advice;
}

function rowOf(reason: FailureReason) {
  return isInfrastructureCause(reason) ? infrastructureCauses[reason] : readyReasons[reason];
}
