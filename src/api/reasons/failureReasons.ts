import type { Retry, SettingsPart, StageName } from './reasonColumns.ts';
import { isReadyReason, readyReasons, type StalledReason } from './reasons.ts';

interface CauseEntry {
  /** The stages at which it can happen, in their order. */
  readonly stages: readonly StageName[];
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
  Evicted: {
    stages: ['build', 'push'],
    retry: 'fast',
    settings: null,
    advice: 'The node ran out of a resource and evicted the build.',
  },
  NodeLost: {
    stages: ['build', 'push'],
    retry: 'fast',
    settings: null,
    advice: "The build's node is gone or does not respond.",
  },
  BuildPodDeleted: {
    stages: ['build', 'push'],
    retry: 'fast',
    settings: null,
    advice: "A user or another controller deleted the build's Pod or Job.",
  },
  RegistryUnavailable: {
    stages: ['base', 'queue', 'push'],
    retry: 'fast',
    settings: 'registries',
    advice: 'The registry does not respond, or responds with a server error.',
  },
  RateLimited: {
    stages: ['base', 'queue', 'build', 'push'],
    retry: 'fast',
    settings: 'registries',
    advice: 'The registry limits the request rate: wait, or name a Secret with a higher limit.',
  },
  CertificateUntrusted: {
    stages: ['base', 'queue', 'build', 'push'],
    retry: 'fast',
    settings: 'registries',
    advice: "Ask the administrator to add the registry's CA certificate to caBundle.",
  },
  CredentialsInvalid: {
    stages: ['base', 'queue', 'build', 'push'],
    retry: 'fast',
    settings: null,
    advice: 'Correct the Secret that the message names.',
  },
  BuilderFailed: { stages: ['build', 'push'], retry: 'fast', settings: 'pods', advice: 'The builder itself failed.' },
  LaunchInterrupted: {
    stages: ['verify', 'probe'],
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

/** Whether a failure is one of the image's checks: the build itself has succeeded. */
export function isOfCheck(reason: FailureReason): boolean {
  return rowOf(reason).stages.every((stage) => stage === 'verify' || stage === 'probe');
}

/** What a user does about a failure. */
export function adviceOn(reason: FailureReason): string {
  return rowOf(reason).advice;
}

function rowOf(reason: FailureReason) {
  return isInfrastructureCause(reason) ? infrastructureCauses[reason] : readyReasons[reason];
}
