import type { Base, EffectiveSpec } from '../../../src/imagespec/effective.ts';
import type { Effect } from '../../../src/lifecycle/model/effect.ts';
import type { Outcome } from '../../../src/lifecycle/model/failedEffect.ts';
import type { Observation, OutputHolder, Requests } from '../../../src/lifecycle/model/observation.ts';
import type { Reply } from '../../../src/lifecycle/model/question.ts';

/** How a build ends. `baseUnpullable`: the node cannot pull a mounted base; every other build pushes. */
export type BuildEnd = 'pushed' | 'failed' | 'evicted' | 'never' | 'baseUnpullable';
/** How a Pod that proves an image ends. */
export type CheckEnd = 'passed' | 'failed' | 'evicted' | 'portTaken';
/** A way to such an end: an image that takes the usual port of a Hub before the stand-in of the Hub can. */
export type Check = CheckEnd | 'takesTheFirstPort';

/** A user's action, when nothing happens by itself any more. */
export type Act =
  | { readonly do: 'edit'; readonly spec: Partial<EffectiveSpec> }
  /** An edit to a spec with this plan. */
  | { readonly do: 'plan'; readonly plan: Observation['plan'] }
  | { readonly do: 'ask'; readonly requests: Partial<Requests> }
  | { readonly do: 'deleteJob' }
  | { readonly do: 'loseImage' }
  | { readonly do: 'moveBase' }
  | { readonly do: 'changeHolder'; readonly holder: OutputHolder }
  | { readonly do: 'changeSecret' }
  | { readonly do: 'freeQuota' };

/** The fault that keeps an effect of this kind from its end. */
export interface Fault {
  readonly do: Effect['do'];
  /** The subject of the effect; absent: every effect of this kind. */
  readonly target?: string;
  readonly outcome: Extract<Outcome, { readonly is: 'refused' | 'unavailable' }>;
  readonly times: number;
}

/** A story: how builds and checkPods end, one after the other (the last stands for all that follow), and what people do. */
export interface Scenario {
  readonly spec?: Partial<EffectiveSpec>;
  /** The plan of the spec, which may be refused; absent: it builds on one image. */
  readonly plan?: Observation['plan'];
  /** The image of the ImageSpec that a plan builds on; absent: there is none yet. */
  readonly upstream?: Observation['upstream'];
  /** What the registry answers about bases, one after the other; the last stands for all that follow. Absent: they are there. */
  readonly bases?: readonly Reply<Omit<Base, 'image'>>[];
  readonly builds?: readonly BuildEnd[];
  readonly checks?: readonly Check[];
  /** How far the clock of the node is ahead of the operator's, in milliseconds; negative: it is behind. */
  readonly nodeAheadMs?: number;
  readonly quota?: 'full' | 'free';
  /** Effects that fail, with the number of failures before they work. */
  readonly faults?: readonly Fault[];
  /** The first owner of the moving tag; absent: this ImageSpec. */
  readonly outputHolder?: OutputHolder;
  /** How often the registry does not show an image by its digest that has been pushed. */
  readonly shownAfter?: number;
  /** Another ImageSpec of the same input puts the immutable tag between the look and the write. */
  readonly rival?: 'isFaster';
  /** How long answers take: `slow` ones longer than a state may last without being written. */
  readonly answers?: 'fast' | 'slow';
  readonly acts?: readonly Act[];
  /** A user's single request, at the moment at which the status reports a failure. */
  readonly hasty?: { readonly when: 'before' | 'after'; readonly requests: Partial<Requests> };
}
