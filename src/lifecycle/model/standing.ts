import type { Failure } from '../../api/failure.ts';
import type { Instant } from '../../api/time.ts';
import type { ProbeFacts, Verdict } from '../../jupyterhub/verdict.ts';
import type { ObjectRef } from '../../kaniko/run.ts';
import type { CheckRun, CheckStep } from './checkPod.ts';
import type { Observation } from './observation.ts';
import type { Question } from './question.ts';
import type { OpenRequests } from './requests.ts';
import type { Situation } from './situation.ts';

/** Whether JupyterHub can launch an image. */
export type Launch =
  /** `spec.jupyterHub.policy` is Skip. */
  | { readonly is: 'none' }
  /** `facts`: what the server answered; null without an answer. `source`: a launch that the status does not hold yet, or the status. */
  | {
      readonly is: 'settled';
      readonly verdict: Verdict;
      readonly facts: ProbeFacts | null;
      readonly source: 'launch' | 'status';
      readonly log: string;
    }
  | { readonly is: 'open'; readonly verdict: Verdict; readonly step: CheckStep };

/** Where the commands of `spec.verify` stand for an image. */
export type Commands =
  | { readonly is: 'passed' }
  /** `until`: when an image that no attempt has shown anything of is tried again. */
  | { readonly is: 'failed'; readonly failure: Failure; readonly until: Instant | null }
  | { readonly is: 'open'; readonly message: string; readonly step: CheckStep };

/** What an image has shown so far. */
export interface Checked {
  readonly image: string;
  readonly launch: Launch;
  readonly commands: Commands;
  /**
   * held: a retry was asked for, and Pods of what has failed are still there; their results would answer it. Once they are
   * gone, which takes a second, the retry begins.
   */
  readonly retry: 'held' | 'free';
}

/** What is to be done so that the packages of the good image are listed. */
export type Contents =
  | { readonly is: 'none' }
  | { readonly is: 'check'; readonly step: CheckStep }
  /** The list can be read from the log of this Pod. */
  | { readonly is: 'write'; readonly run: CheckRun };

/** What a resource at rest looks at now, and when the next look is due. */
export interface Watch {
  readonly questions: readonly Question[];
  readonly until: Instant | null;
}

/** What a resource at rest deletes now, and when the next Job may go. */
export interface Cleaning {
  readonly job: ObjectRef | null;
  readonly pod: ObjectRef | null;
  readonly until: Instant | null;
}

/**
 * Everything about a resource, from one observation, each question answered once. The status and the next step read this
 * and derive nothing again, so they cannot disagree.
 */
export interface Standing {
  readonly seen: Observation;
  /** Where the build stands. */
  readonly build: Situation;
  /** What people asked for and no build answers yet. */
  readonly requests: OpenRequests;
  /** The pushed image that is not good, or not yet; null: there is none, or no spec that says how to check it. */
  readonly fresh: Checked | null;
  /** The image that condition JupyterHubCompatible is about: the one that serves, else the fresh one. */
  readonly served: Checked | null;
  /** The list of packages. */
  readonly contents: Contents;
  /** Next steps of check Pods that nothing else waits for. */
  readonly checks: readonly CheckStep[];
  readonly watch: Watch;
  readonly cleaning: Cleaning;
}
