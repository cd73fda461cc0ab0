import type { Failure } from '../api/failure.ts';
import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import type { Result } from '../api/result.ts';
import type { Instant } from '../api/time.ts';
import type { BuildRun, ObjectRef } from '../build/run.ts';
import type { Plan } from '../dockerfile/plan.ts';
import type { Answer } from './question.ts';

/** The object itself, as far as a pass reads it. */
export interface Self extends ObjectRef {
  readonly generation: number;
  readonly resourceVersion: string;
}

/** All that a pass may know. Plain JSON: a recorded Observation is a test row and a bug report. */
export interface Observation {
  /** The only clock. */
  readonly now: Instant;
  readonly self: Self;
  readonly plan: Result<Plan, Failure>;
  /** The only durable memory besides Jobs and registry. */
  readonly status: ImageSpecStatus;
  /** Those owned by this very object (UID), own writes included. */
  readonly builds: readonly BuildRun[];
  readonly answers: readonly Answer[];
  /** Whether the limits of builds at once leave room for this one. */
  readonly turn: 'mayStart' | 'wait';
}
