import { describe, expect, it } from 'vitest';
import { ended, podState } from '../../../test/support/pods.ts';
import type { ContainerState, PodState } from '../../kaniko/run.ts';
import { isLaunching } from './checkPod.ts';

const running: ContainerState = { is: 'running', startedAt: 0 };

function waiting(reason: string): ContainerState {
  return { is: 'waiting', reason, message: '' };
}

describe('isLaunching', () => {
  it.each<readonly [string, Partial<PodState>, boolean]>([
    ['a new Pod', { phase: 'Pending' }, true],
    ['a Pod that is pulling its image', { containers: { server: waiting('ContainerCreating') } }, true],
    ['a Pod that runs', { phase: 'Running', containers: { server: running } }, true],
    ['a Pod that has succeeded', { phase: 'Succeeded' }, false],
    ['a Pod that has failed', { phase: 'Failed' }, false],
    ['a Pod without a node', { unschedulable: '0/3 nodes are available' }, false],
    ['a Pod without its image', { containers: { server: waiting('ImagePullBackOff'), hub: running } }, false],
    ['a Pod whose Hub stand-in has ended', { containers: { server: running, hub: ended(11) } }, false],
    ["a Pod without the operator's image", { containers: { server: running, hub: waiting('ErrImagePull') } }, false],
  ])('%s', (_, more, launching) => {
    expect(isLaunching(podState(more))).toBe(launching);
  });
});
