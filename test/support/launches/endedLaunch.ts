import type { ContainerState } from '../../../src/kaniko/run.ts';

/** A server of a launch that ended, as it really did: containers of JupyterHub 1.5 to 5.5, paths as in docker-stacks. */
export interface EndedLaunch {
  readonly name: string;
  readonly exitCode: number;
  /** Of the container's state. */
  readonly reason?: string;
  readonly message?: string;
  readonly log: string;
  readonly verdict: string;
  readonly entrypoint: 'suspect' | 'cleared';
  /** A part of the expected message. */
  readonly words: string;
}

/** The state of the server's container. */
export function endedState({ exitCode, reason = 'Error', message = '' }: EndedLaunch): ContainerState {
  return { is: 'terminated', exitCode, reason, message, startedAt: null };
}
