import type { Failure } from '../api/failure.ts';
import type { BuildReason } from '../api/imagespec.generated.ts';
import type { DoneReason, ProgressReason } from '../api/reasons.ts';
import type { Instant } from '../api/time.ts';
import type { BuildIdentity } from '../build/identity.ts';
import type { BuildRun } from '../build/run.ts';
import type { Base, EffectiveSpec } from '../spec/effective.ts';
import type { Question } from './question.ts';

/** What is wanted, once the bases are known. */
export interface Goal {
  readonly spec: EffectiveSpec;
  readonly bases: readonly Base[];
  /** The one under the last stage; null for `scratch`. */
  readonly finalBase: Base | null;
  readonly inputHash: string;
}

/** The build that a situation is about: from its Job, or from the status when the Job is gone. */
export interface BuildRecord {
  readonly identity: BuildIdentity;
  readonly job: { readonly name: string; readonly uid: string } | null;
  readonly reasons: readonly BuildReason[];
  readonly queuedTime: Instant | null;
  readonly startTime: Instant | null;
  readonly completionTime: Instant | null;
}

/** Where the resource stands. Decision and status are both functions of it, so they cannot disagree. */
export type Situation =
  | { readonly is: 'suspended'; readonly goal: Goal | null }
  /** Facts are missing; `reason` is what a person sees should they take long. */
  | {
      readonly is: 'asking';
      readonly goal: Goal | null;
      readonly reason: ProgressReason;
      readonly message: string;
      readonly build: BuildRecord | null;
      readonly questions: readonly [Question, ...Question[]];
    }
  | {
      readonly is: 'waiting';
      readonly goal: Goal | null;
      readonly reason: ProgressReason;
      readonly message: string;
      readonly failure: Failure | null;
      readonly build: BuildRecord | null;
      readonly until: Instant;
    }
  | { readonly is: 'superseded'; readonly run: BuildRun }
  | { readonly is: 'queued'; readonly goal: Goal; readonly build: BuildRecord }
  | { readonly is: 'due'; readonly goal: Goal; readonly build: BuildRecord }
  | { readonly is: 'building'; readonly goal: Goal; readonly build: BuildRecord; readonly until: Instant | null }
  | {
      readonly is: 'tagging';
      readonly goal: Goal;
      readonly build: BuildRecord;
      readonly tag: string;
      readonly digest: string;
      readonly mode: 'neverOverwrite' | 'move';
    }
  | {
      readonly is: 'stalled';
      readonly goal: Goal | null;
      readonly failure: Failure;
      readonly build: BuildRecord | null;
      readonly until: Instant | null;
    }
  | {
      readonly is: 'done';
      readonly goal: Goal;
      readonly build: BuildRecord;
      readonly reason: DoneReason;
      readonly image: string;
      readonly sizeBytes: number | null;
      readonly tags: readonly string[];
    };
