import type { ContainerState, PodState } from '../../src/kaniko/run.ts';

/** A moment that all examples share. */
export const noon = Date.parse('2026-11-24T12:00:00Z');

/** A Pod that runs on a node, without containers, and what is different of it. */
export function podState(more: Partial<PodState> = {}): PodState {
  return {
    ref: { namespace: 'vision', name: 'imagespec-1-x', uid: 'pod-1' },
    createdAt: noon,
    deletedAt: null,
    nodeName: 'node-1',
    phase: 'Running',
    reason: '',
    message: '',
    disruption: '',
    unschedulable: '',
    containers: {},
    endedAt: null,
    ...more,
  };
}

/** A container that ran and has ended. */
export function ended(
  exitCode: number,
  message = '',
  reason = exitCode === 0 ? 'Completed' : 'Error',
): Extract<ContainerState, { readonly is: 'terminated' }> {
  return { is: 'terminated', exitCode, reason, message, startedAt: noon };
}
