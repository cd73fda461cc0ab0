import { beforeEach, describe, expect, it } from 'vitest';
import { emptyCaches, jobObject, podObject } from '../../../test/support/children.ts';
import type { Caches } from '../watched/caches.ts';
import { podPatience, runningBuilds } from './taken.ts';

const created = Date.parse('2026-11-24T12:00:00Z');
const unschedulable = {
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }],
};

let caches: Caches;

beforeEach(() => {
  caches = emptyCaches();
  caches.jobs.observe(jobObject('team', 'imagespec-1'));
});

const takes = (now = created) => runningBuilds(caches, now).map((taken) => taken.takes);

describe('a build', () => {
  it('takes a slot while it waits for its Pod, and only one of its namespace after a long wait', () => {
    expect(takes(created + podPatience - 1)).toEqual(['slot']);
    expect(takes(created + podPatience)).toEqual(['slotOfNamespace']);
  });

  it.each([
    ['is about to be scheduled', {}, { phase: 'Pending' }, ['slot']],
    ['has no node', {}, unschedulable, ['slotOfNamespace']],
    ['has a node', { nodeName: 'n1' }, { phase: 'Running' }, ['slot']],
    ['is over', { nodeName: 'n1' }, { phase: 'Failed' }, []],
  ])('whose Pod %s', (_, spec, status, expected) => {
    caches.pods.observe(podObject('team', 'imagespec-1-abc', 'team-imagespec-1', { spec, status }));
    expect(takes(created + podPatience)).toEqual(expected);
  });
});
