import type { Failure } from '../../api/failure.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { Result } from '../../api/result.ts';
import type { Instant } from '../../api/time.ts';
import type { Plan } from '../../dockerfile/plan.ts';
import type { Publication } from '../../jupyterhub/publication.ts';
import type { PullTrouble } from '../../kaniko/base/pull.ts';
import type { BuildRun, ObjectRef } from '../../kaniko/run.ts';
import type { CheckRun } from './checkPod.ts';
import type { FailedEffect } from './failedEffect.ts';
import type { Answer } from './question.ts';
import type { Sightings } from './sightings.ts';

/** The metadata of the ImageSpec that a pass reads. */
export interface Self extends ObjectRef {
  readonly generation: number;
  readonly resourceVersion: string;
}

/** Values of the request annotations; null: not set. */
export interface Requests {
  readonly rebuild: string | null;
  readonly retry: string | null;
  readonly launch: string | null;
  readonly cancel: string | null;
}

/** The image of the ImageSpec that this one builds on. */
export type Upstream =
  | { readonly is: 'none' }
  | { readonly is: 'ready'; readonly repository: string; readonly digest: string }
  | { readonly is: 'absent'; readonly message: string }
  /** The chain leads back to this ImageSpec. */
  | { readonly is: 'cycle'; readonly chain: readonly string[] };

/** The ImageSpec that may move the moving tag: the oldest of those with this repository and tag. */
export type OutputHolder =
  | { readonly is: 'self' }
  /** `output`: repository and tag. `name`: null for an ImageSpec of another namespace, which must stay unnamed. */
  | { readonly is: 'other'; readonly output: string; readonly name: string | null };

/** Platform settings that the state machine reads, in seconds. */
export interface Patience {
  readonly imagePullGraceSeconds: number;
  readonly imageCheckSeconds: number;
}

/** The condition `Published`, as the publisher knows it. */
export type PublishedView =
  /** No condition: the image is not for a Hub, or the operator publishes nothing. */
  | { readonly is: 'absent' }
  /** The condition stays as it is. */
  | { readonly is: 'unknown' }
  | ({ readonly is: 'known' } & Publication);

/** Everything a pass may know, as plain JSON: a recorded Observation is a test row and a bug report. */
export interface Observation {
  /** The only clock. */
  readonly now: Instant;
  /** Start of this process. Memory holds no earlier answers. */
  readonly startedAt: Instant;
  readonly self: Self;
  readonly requests: Requests;
  readonly plan: Result<Plan, Failure>;
  readonly upstream: Upstream;
  readonly outputHolder: OutputHolder;
  /** The only durable memory apart from Jobs, Pods and the registry. */
  readonly status: ImageSpecStatus;
  /** Builds that this object (UID) owns, including those the operator has just created. */
  readonly builds: readonly BuildRun[];
  /** Check Pods that this object (UID) owns, including those the operator has just created. */
  readonly checkPods: readonly CheckRun[];
  readonly sightings: Sightings;
  readonly answers: readonly Answer[];
  /** Effects that failed and have not succeeded since. */
  readonly failedEffects: readonly FailedEffect[];
  readonly patience: Patience;
  /** Registries from which nodes could not pull a base lately, for any ImageSpec. */
  readonly pullTroubles: readonly PullTrouble[];
  /** Whether the limits of concurrent builds leave a slot for this ImageSpec. */
  readonly buildTurn: 'mayStart' | 'wait';
  /** Whether the limit of concurrent launches leaves a slot for this ImageSpec. */
  readonly checkTurn: 'mayStart' | 'wait';
  /** The image whose packages this process last wrote into the ConfigMap; null: none. */
  readonly listedImage: string | null;
  /** State of this ImageSpec in the published lists. */
  readonly published: PublishedView;
  /** Earliest moment at which a moved base may start a build, by the platform's window and rate. */
  readonly baseUpdatesFrom: Instant;
}

/** The parts of an Observation that a function reads. No function takes more than it names. */
export type Seen<Part extends keyof Observation> = Pick<Observation, Part>;
