import type { Failure } from '../../api/failure.ts';
import type { Instant } from '../../api/time.ts';
import type { ProbeFacts, Verdict } from '../../jupyterhub/verdict.ts';
import type { ObjectRef } from '../../kaniko/run.ts';
import type { CheckRun, CheckStep } from './checkPod.ts';
import type { Knowledge } from './knowledge.ts';
import type { Seen } from './observation.ts';
import type { Question } from './question.ts';
import type { OpenRequests } from './requests.ts';
import type { Situation } from './situation.ts';

/** Whether JupyterHub can launch an image. */
export type Launch =
  /** `spec.jupyterHub.policy` is Skip. */
  | { readonly is: 'none' }
  /** `facts`: the server's answer, or null. `source`: the status, or a launch that the status does not hold yet. */
  | {
      readonly is: 'settled';
      readonly verdict: Verdict;
      readonly facts: ProbeFacts | null;
      readonly source: 'launch' | 'status';
      readonly log: string;
    }
  | { readonly is: 'open'; readonly verdict: Verdict; readonly step: CheckStep };

/** State of the commands of `spec.verify` for an image. */
export type Commands =
  | { readonly is: 'passed' }
  /** `until`: time of the next attempt, if no attempt has shown anything about the image. */
  | { readonly is: 'failed'; readonly failure: Failure; readonly until: Instant | null }
  | { readonly is: 'open'; readonly message: string; readonly step: CheckStep };

/** Results of an image's checks so far. */
export interface Checked {
  readonly image: string;
  readonly launch: Launch;
  readonly commands: Commands;
  /**
   * held: a retry is open, and Pods of the failed attempt still exist. Their results would answer the retry, so the retry
   * begins once they are gone, about a second later.
   */
  readonly retry: 'held' | 'free';
}

/** Next step towards the list of packages of the good image. */
export type Contents =
  | { readonly is: 'none' }
  | { readonly is: 'check'; readonly step: CheckStep }
  /** The log of this Pod has the list. */
  | { readonly is: 'write'; readonly run: CheckRun };

/** The questions of an ImageSpec at rest, and the time of the next ones. */
export interface Watch {
  readonly questions: readonly Question[];
  readonly until: Instant | null;
}

/** The objects that an ImageSpec at rest deletes now, and the time at which the next Job may go. */
export interface Cleaning {
  readonly job: ObjectRef | null;
  readonly pod: ObjectRef | null;
  readonly until: Instant | null;
}

/** The part of an Observation that the status and the next step read. */
export type Shown = Seen<
  'now' | 'self' | 'requests' | 'plan' | 'status' | 'checkPods' | 'listedImage' | 'outputHolder' | 'published'
>;

/**
 * Every conclusion from one Observation, each drawn once. The status and the next step read this and derive nothing again,
 * so they cannot disagree.
 */
export interface Standing {
  /** What the status repeats or compares; nothing is concluded from it again. */
  readonly seen: Shown;
  readonly known: Knowledge;
  /** State of the build. */
  readonly build: Situation;
  readonly requests: OpenRequests;
  /** The pushed image that is not (yet) good; null: there is none, or the spec is invalid and cannot define its checks. */
  readonly fresh: Checked | null;
  /** The image of condition JupyterHubCompatible: the one that serves, else the fresh one. */
  readonly served: Checked | null;
  readonly contents: Contents;
  /** The launch of a pushed image that starts while its tags are put; null: there is none, or it has started. */
  readonly ahead: Extract<CheckStep, { readonly next: 'create' }> | null;
  /** Next steps of the check Pods on which nothing else depends. */
  readonly checks: readonly CheckStep[];
  readonly watch: Watch;
  readonly cleaning: Cleaning;
}
