import type { Failure } from '../../api/failure.ts';
import type { HistoryEntry } from '../../api/imagespec.generated.ts';
import type { DoneReason, ProgressReason } from '../../api/reasons/reasons.ts';
import type { Instant } from '../../api/time.ts';
import type { Base, EffectiveSpec } from '../../imagespec/effective.ts';
import type { BuildIdentity } from '../../kaniko/identity.ts';
import type { BuildRun } from '../../kaniko/run.ts';
import type { CheckStep } from './checkPod.ts';
import type { Question } from './question.ts';

/** The wanted image, once the bases are known. */
export interface Goal {
  readonly spec: EffectiveSpec;
  readonly bases: readonly Base[];
  /** The base of the last stage; null for `scratch`. */
  readonly finalBase: Base | null;
  /** Newer digest of the final base that no build uses; null when there is none, or the operator has not asked. */
  readonly available: string | null;
  readonly inputHash: string;
}

/** The build of a situation: from its Job, or from the status once the Job is gone. */
export interface BuildRecord {
  readonly identity: BuildIdentity;
  /** null: the build waits for a slot, or no Job was necessary. */
  readonly job: { readonly name: string; readonly uid: string } | null;
  /** The pushed image, confirmed by the registry. */
  readonly image: string | null;
  readonly queuedTime: Instant | null;
  readonly startTime: Instant | null;
  readonly completionTime: Instant | null;
}

/** An image that the registry confirmed. */
export interface Good {
  readonly image: string;
  readonly digest: string;
  /** null: the status has the size already. */
  readonly sizeBytes: number | null;
  readonly reason: DoneReason;
}

/** State of the moving tag of a good image. */
export type MovingTag =
  | { readonly is: 'tagged'; readonly tag: string }
  | { readonly is: 'asking'; readonly tag: string; readonly question: Question }
  | { readonly is: 'due'; readonly tag: string }
  /** An older ImageSpec has the tag; this ImageSpec never moves it. */
  | { readonly is: 'conflict'; readonly tag: string }
  /** The registry refused the tag; the operator tries again later. */
  | { readonly is: 'refused'; readonly tag: string; readonly message: string; readonly until: Instant };

/** Facts are missing; the status shows `reason` if the answers take long. */
export interface Asking {
  readonly is: 'asking';
  readonly goal: Goal | null;
  readonly reason: ProgressReason;
  readonly message: string;
  readonly build: BuildRecord | null;
  readonly questions: readonly [Question, ...Question[]];
  /** again: an earlier answer exists, so the status keeps its message during the new look-up. */
  readonly asked: 'first' | 'again';
}

/** A known change outside the operator must come first. */
export interface Waiting {
  readonly is: 'waiting';
  readonly goal: Goal | null;
  readonly reason: ProgressReason;
  readonly message: string;
  readonly failure: Failure | null;
  readonly build: BuildRecord | null;
  /** null: an event of the cluster starts the next pass. */
  readonly until: Instant | null;
}

/** The build has ended; the next one needs a person's action or a slow retry. */
export interface Stalled {
  readonly is: 'stalled';
  readonly goal: Goal | null;
  readonly failure: Failure;
  readonly build: BuildRecord | null;
  readonly until: Instant | null;
}

/** State of an ImageSpec's build. */
export type Situation =
  | Asking
  | Waiting
  | Stalled
  | { readonly is: 'suspended'; readonly goal: Goal | null }
  | { readonly is: 'superseded'; readonly run: BuildRun }
  /** A build of an older spec pushed before the operator could stop it: its image counts. */
  | { readonly is: 'salvaged'; readonly entry: HistoryEntry }
  | { readonly is: 'cancelled'; readonly goal: Goal; readonly build: BuildRecord }
  | { readonly is: 'queued'; readonly goal: Goal; readonly build: BuildRecord }
  | { readonly is: 'due'; readonly goal: Goal; readonly build: BuildRecord }
  | { readonly is: 'building'; readonly goal: Goal; readonly build: BuildRecord; readonly until: Instant | null }
  /** The image is pushed, and becomes good once its checks pass. */
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
      /** The immutable tags of this image. */
      readonly tags: readonly string[];
      readonly moving: MovingTag;
    };

/** A situation that the status shows; the other situations only prepare one. */
export type Reported = Exclude<Situation, { readonly is: 'superseded' | 'salvaged' }>;

/** An image for this goal in the registry, before tags and checks. */
export interface Pushed {
  readonly is: 'pushed';
  readonly goal: Goal;
  readonly build: BuildRecord;
  readonly good: Good;
}

/** A build that has ended reports this image; the registry has not confirmed it. */
export interface Claimed {
  readonly is: 'claimed';
  readonly goal: Goal;
  readonly build: BuildRecord;
  readonly image: string;
  readonly reason: DoneReason;
}

/** The node cannot pull the base of a mounted build: the next attempt unpacks it, and costs no retry. */
export interface NotMountable {
  readonly is: 'notMountable';
  readonly goal: Goal;
  readonly build: BuildRecord;
}

/** A build has ended without an image. What follows depends on its failure and on earlier attempts. */
export interface Failed {
  readonly is: 'failed';
  readonly goal: Goal;
  readonly build: BuildRecord;
  readonly failure: Failure;
}

/** The image that serves, and the one that may follow it; `serving`: the one in the status. null: there is none. */
export function imagesOf(
  at: Situation,
  serving: string | null,
): { readonly served: string | null; readonly fresh: string | null } {
  if (at.is === 'superseded' || at.is === 'salvaged') {
    return { served: null, fresh: null };
  }
  const fresh = pushedIn(at)?.image ?? null;
  return { served: at.is === 'done' ? at.good.image : (serving ?? fresh), fresh };
}

/** The build whose pushed image is not (yet) good; null: there is none. */
export function pushedIn(at: Reported): { readonly build: BuildRecord; readonly image: string } | null {
  const build = at.is === 'verifying' || at.is === 'stalled' || at.is === 'asking' ? at.build : null;
  return build === null || build.image === null ? null : { build, image: build.image };
}
