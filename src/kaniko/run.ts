import type { Instant } from '../api/time.ts';
import type { BuildIdentity } from './identity.ts';

/** A named object, identified by its uid. */
export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The state of a container. */
export type ContainerState =
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly is: 'running'; readonly startedAt: Instant }
  | {
      readonly is: 'terminated';
      readonly exitCode: number;
      readonly reason: string;
      readonly message: string;
      /** null: it never ran. */
      readonly startedAt: Instant | null;
    };

/** Exit codes of a process that SIGKILL or SIGTERM ended: 128 plus the signal's number. */
const killed = new Set([137, 143]);

/** Whether a container was stopped from outside, for example because its Pod was deleted, and did not end by itself. */
export function isKilled(state: ContainerState | undefined): boolean {
  return state?.is === 'terminated' && killed.has(state.exitCode);
}

/** The state of an operator's Pod. */
export interface PodState {
  readonly ref: ObjectRef;
  readonly createdAt: Instant;
  /** When it is to be deleted (`metadata.deletionTimestamp`); null without a deletion. */
  readonly deletedAt: Instant | null;
  /** '' before it is scheduled. */
  readonly nodeName: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** `status.reason`, e.g. Evicted or DeadlineExceeded; '' when absent. */
  readonly reason: string;
  readonly message: string;
  /** Type of the condition DisruptionTarget's reason; '' when absent. */
  readonly disruption: string;
  /** Message of the scheduler while the Pod has no node; '' otherwise. */
  readonly unschedulable: string;
  readonly containers: Readonly<Record<string, ContainerState>>;
  readonly endedAt: Instant | null;
}

/** A build Job of an ImageSpec (by the UID of its controller reference), with its Pod. */
export interface BuildRun {
  readonly job: ObjectRef;
  readonly identity: BuildIdentity;
  readonly createdAt: Instant;
  readonly deleting: boolean;
  /** Whether the Job reports its end; its Pod, if there is one, is the better source. */
  readonly jobEnded: boolean;
  readonly pod: PodState | null;
}

/** Whether no container of the Pod runs any more. */
export function isOver({ phase }: Pick<PodState, 'phase'>): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Whether no part of the build runs any more. */
export function hasEnded(run: BuildRun): boolean {
  return run.pod === null ? run.jobEnded : isOver(run.pod);
}
