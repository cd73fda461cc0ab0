import type { Failure } from '../../api/failure.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { Result } from '../../api/result.ts';
import type { Instant } from '../../api/time.ts';
import type { Plan } from '../../dockerfile/plan.ts';
import type { Publication } from '../../jupyterhub/publication.ts';
import type { BuildRun, ObjectRef } from '../../kaniko/run.ts';
import type { CheckRun } from './checkPod.ts';
import type { FailedEffect } from './failedEffect.ts';
import type { Answer } from './question.ts';
import type { Sightings } from './sightings.ts';

/** The object itself, as far as a pass reads it. */
export interface Self extends ObjectRef {
  readonly generation: number;
  readonly resourceVersion: string;
}

/** Values of the annotations by which a person asks for something once; null: not set. */
export interface Requests {
  readonly rebuild: string | null;
  readonly retry: string | null;
  readonly cancel: string | null;
}

/** The image of the ImageSpec that this one builds on. */
export type Upstream =
  | { readonly is: 'none' }
  | { readonly is: 'ready'; readonly repository: string; readonly digest: string }
  | { readonly is: 'absent'; readonly message: string }
  /** The chain comes back to this resource. */
  | { readonly is: 'cycle'; readonly chain: readonly string[] };

/** Who may move the moving tag: of the ImageSpecs of one repository and tag, the oldest. */
export type OutputHolder =
  | { readonly is: 'self' }
  /** `output`: repository and tag. `name`: null for an ImageSpec of another namespace, which is not named. */
  | { readonly is: 'other'; readonly output: string; readonly name: string | null };

/** Settings of the platform that the state machine itself reads, in seconds. */
export interface Patience {
  readonly imagePullGraceSeconds: number;
  readonly imageCheckSeconds: number;
}

/** What is known of the condition `Published`. */
export type PublishedView =
  /** It has none: it is not for a Hub, or nothing is published. */
  | { readonly is: 'absent' }
  /** The condition stays as it is. */
  | { readonly is: 'unknown' }
  | ({ readonly is: 'known' } & Publication);

/** All that a pass may know. Plain JSON: a recorded Observation is a test row and a bug report. */
export interface Observation {
  /** The only clock. */
  readonly now: Instant;
  /** When this process began: what was looked at before is not remembered. */
  readonly startedAt: Instant;
  readonly self: Self;
  readonly requests: Requests;
  readonly plan: Result<Plan, Failure>;
  readonly upstream: Upstream;
  readonly outputHolder: OutputHolder;
  /** The only durable memory besides Jobs, Pods and registry. */
  readonly status: ImageSpecStatus;
  /** Those owned by this very object (UID), own writes included. */
  readonly builds: readonly BuildRun[];
  /** Pods that prove an image, owned by this very object (UID), own writes included. */
  readonly checkPods: readonly CheckRun[];
  readonly sightings: Sightings;
  readonly answers: readonly Answer[];
  /** Effects that failed and have not been done since. */
  readonly failedEffects: readonly FailedEffect[];
  readonly patience: Patience;
  /** Whether the limits of builds at once leave room for this one. */
  readonly buildTurn: 'mayStart' | 'wait';
  /** Whether the limit of images launched at once leaves room for one. */
  readonly checkTurn: 'mayStart' | 'wait';
  /** The image whose packages this process has written into the ConfigMap last; null: none. */
  readonly listedImage: string | null;
  /** What the lists of Hubs say of it. */
  readonly published: PublishedView;
  /** From when on a moved base may start a build: window and rate of the platform. */
  readonly baseUpdatesFrom: Instant;
}
