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
    ['a Pod that was just made', { phase: 'Pending' }, true],
    ['one whose image is being pulled', { containers: { server: waiting('ContainerCreating') } }, true],
    ['one that runs', { phase: 'Running', containers: { server: running } }, true],
    ['one that is over', { phase: 'Succeeded' }, false],
    ['one that has failed', { phase: 'Failed' }, false],
    ['one that no node takes', { unschedulable: '0/3 nodes are available' }, false],
    ['one whose image is not there', { containers: { server: waiting('ImagePullBackOff'), hub: running } }, false],
    ['one whose stand-in of the Hub has ended', { containers: { server: running, hub: ended(11) } }, false],
    ['one that lacks our own image', { containers: { server: running, hub: waiting('ErrImagePull') } }, false],
  ])('%s', (_, more, launching) => {
    expect(isLaunching(podState(more))).toBe(launching);
  });
});
