import type { Failure } from '../../api/failure.ts';
import type { HistoryEntry } from '../../api/imagespec.generated.ts';
import type { DoneReason, ProgressReason } from '../../api/reasons.ts';
import type { Instant } from '../../api/time.ts';
import type { Base, EffectiveSpec } from '../../imagespec/effective.ts';
import type { BuildIdentity } from '../../kaniko/identity.ts';
import type { BuildRun } from '../../kaniko/run.ts';
import type { CheckStep } from './checkPod.ts';
import type { Question } from './question.ts';

/** What is wanted, once the bases are known. */
export interface Goal {
  readonly spec: EffectiveSpec;
  readonly bases: readonly Base[];
  /** The one under the last stage; null for `scratch`. */
  readonly finalBase: Base | null;
  /** Newer digest of the final base that is not built on; null when there is none, or nobody asked. */
  readonly available: string | null;
  readonly inputHash: string;
}

/** The build that a situation is about: from its Job, or from the status when the Job is gone. */
export interface BuildRecord {
  readonly identity: BuildIdentity;
  /** null: it waits its turn, or nothing had to be built. */
  readonly job: { readonly name: string; readonly uid: string } | null;
  /** What it pushed, confirmed by the registry. */
  readonly image: string | null;
  readonly queuedTime: Instant | null;
  readonly startTime: Instant | null;
  readonly completionTime: Instant | null;
}

/** An image that the registry confirmed. */
export interface Good {
  readonly image: string;
  readonly digest: string;
  /** null: the status has it already. */
  readonly sizeBytes: number | null;
  readonly reason: DoneReason;
}

/** Where the moving tag of a good image stands. */
export type MovingTag =
  | { readonly is: 'tagged'; readonly tag: string }
  | { readonly is: 'asking'; readonly tag: string; readonly question: Question }
  | { readonly is: 'due'; readonly tag: string }
  /** An older ImageSpec has it; it is never moved. */
  | { readonly is: 'conflict'; readonly tag: string }
  /** It is not moved, and tried again later. */
  | { readonly is: 'refused'; readonly tag: string; readonly message: string; readonly until: Instant };

/** Facts are missing; `reason` is what a person sees should they take long. */
export interface Asking {
  readonly is: 'asking';
  readonly goal: Goal | null;
  readonly reason: ProgressReason;
  readonly message: string;
  readonly build: BuildRecord | null;
  readonly questions: readonly [Question, ...Question[]];
  /** Whether an answer was there before: while a fact is looked at again, the status keeps what it said. */
  readonly asked: 'first' | 'again';
}

/** Something outside must change first, and it is known what. */
export interface Waiting {
  readonly is: 'waiting';
  readonly goal: Goal | null;
  readonly reason: ProgressReason;
  readonly message: string;
  readonly failure: Failure | null;
  readonly build: BuildRecord | null;
  /** null: an event of the cluster will tell. */
  readonly until: Instant | null;
}

/** Over, until a person acts or a slow retry is due. */
export interface Stalled {
  readonly is: 'stalled';
  readonly goal: Goal | null;
  readonly failure: Failure;
  readonly build: BuildRecord | null;
  readonly until: Instant | null;
}

/** Where the build of a resource stands. */
export type Situation =
  | Asking
  | Waiting
  | Stalled
  | { readonly is: 'suspended'; readonly goal: Goal | null }
  | { readonly is: 'superseded'; readonly run: BuildRun }
  /** A build of an older spec had pushed before it could be stopped: its image counts. */
  | { readonly is: 'salvaged'; readonly entry: HistoryEntry }
  | { readonly is: 'cancelled'; readonly goal: Goal; readonly build: BuildRecord }
  | { readonly is: 'queued'; readonly goal: Goal; readonly build: BuildRecord }
  | { readonly is: 'due'; readonly goal: Goal; readonly build: BuildRecord }
  | { readonly is: 'building'; readonly goal: Goal; readonly build: BuildRecord; readonly until: Instant | null }
  /** The image is pushed, and not good before it is proven. */
  | {
      readonly is: 'verifying';
      readonly goal: Goal;
      readonly build: BuildRecord;
      readonly message: string;
      readonly step: Exclude<CheckStep, { readonly next: 'ask' }>;
    }
  | {
      readonly is: 'tagging';
      readonly goal: Goal;
      readonly build: BuildRecord;
      readonly tag: string;
      readonly digest: string;
      readonly mode: 'neverOverwrite' | 'move';
    }
  | {
      readonly is: 'done';
      readonly goal: Goal;
      readonly build: BuildRecord;
      readonly good: Good;
      /** The immutable tags that are this image. */
      readonly tags: readonly string[];
      readonly moving: MovingTag;
    };

/** A situation that the status shows; the others only prepare one. */
export type Reported = Exclude<Situation, { readonly is: 'superseded' | 'salvaged' }>;

/** An image that the registry has for this goal, before it is tagged and checked. */
export interface Pushed {
  readonly is: 'pushed';
  readonly goal: Goal;
  readonly build: BuildRecord;
  readonly good: Good;
}

/** The build whose image is pushed and not good, or not yet; null: there is none. */
export function pushedIn(at: Reported): { readonly build: BuildRecord; readonly image: string } | null {
  const build = at.is === 'verifying' || at.is === 'stalled' || at.is === 'asking' ? at.build : null;
  return build === null || build.image === null ? null : { build, image: build.image };
}
