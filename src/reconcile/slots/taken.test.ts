import { beforeEach, describe, expect, it } from 'vitest';
import { emptyCaches, jobObject, podObject } from '../../../test/support/children.ts';
import type { Caches } from '../watched/caches.ts';
import { podPatience, RunningBuilds } from './taken.ts';

const created = Date.parse('2026-11-24T12:00:00Z');
const unschedulable = {
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }],
};
const aSlot = { slots: 1, inNamespace: 1 };
const ofNamespace = { slots: 0, inNamespace: 1 };
const perNamespace = 2;
const nothing = { slots: 0, inNamespace: 0 };

let caches: Caches;
let followed: RunningBuilds;

beforeEach(() => {
  caches = emptyCaches();
  followed = new RunningBuilds(caches, perNamespace, created);
  caches.jobs.observe(jobObject('team', 'imagespec-1'));
});

/** What is taken, by who has followed the caches. Who counts them as they are must say the same. */
function takes(now = created): object {
  const [kept, fresh] = [followed, new RunningBuilds(caches, perNamespace, now)].map((running) => {
    const counts = running.at(now);
    return { slots: counts.slots, inNamespace: counts.inNamespace('team') };
  });
  expect(kept).toEqual(fresh);
  return kept ?? {};
}

function observePod(changes: { readonly spec?: object; readonly status?: object; readonly metadata?: object }): void {
  const metadata = { resourceVersion: String(Number(caches.pods.newest) + 1), ...changes.metadata };
  caches.pods.observe(podObject('team', 'imagespec-1-abc', 'team-imagespec-1', { ...changes, metadata }));
}

describe('a build', () => {
  it('takes a slot while it waits for its Pod, and only one of its namespace after a long wait', () => {
    expect(takes(created + podPatience - 1)).toEqual(aSlot);
    expect(takes(created + podPatience)).toEqual(ofNamespace);
    observePod({ spec: { nodeName: 'n1' }, status: { phase: 'Running' } });
    expect(takes(created + podPatience)).toEqual(aSlot);
  });

  it.each([
    ['is about to be scheduled', {}, { phase: 'Pending' }, aSlot],
    ['has no node', {}, unschedulable, ofNamespace],
    ['has a node', { nodeName: 'n1' }, { phase: 'Running' }, aSlot],
    ['is over', { nodeName: 'n1' }, { phase: 'Failed' }, nothing],
  ])('whose Pod %s', (_, spec, status, expected) => {
    observePod({ spec, status });
    expect(takes(created + podPatience)).toEqual(expected);
  });

  it('gives its slot back when its Pod ends, its Job ends or its Job is gone, once', () => {
    observePod({ spec: { nodeName: 'n1' }, status: { phase: 'Running' } });
    expect(takes()).toEqual(aSlot);
    observePod({ spec: { nodeName: 'n1' }, status: { phase: 'Succeeded' } });
    expect(takes()).toEqual(nothing);
    caches.jobs.observe(jobObject('team', 'imagespec-2'));
    expect(takes()).toEqual(aSlot);
    caches.jobs.forget('team/imagespec-2', 'team-imagespec-2');
    caches.jobs.forget('team/imagespec-1', 'team-imagespec-1');
    expect(takes()).toEqual(nothing);
    expect(takes(created + podPatience)).toEqual(nothing);
  });

  it('takes no slot of another namespace, with any number of Jobs that a person made', () => {
    for (const name of ['imagespec-2', 'imagespec-3', 'imagespec-4']) {
      caches.jobs.observe(jobObject('team', name));
    }
    expect(takes()).toEqual({ slots: perNamespace, inNamespace: 4 });
    caches.jobs.forget('team/imagespec-4', 'team-imagespec-4');
    caches.jobs.forget('team/imagespec-3', 'team-imagespec-3');
    caches.jobs.forget('team/imagespec-2', 'team-imagespec-2');
    expect(takes()).toEqual(aSlot);
  });

  it('is counted for the new Job when a Job of the same name replaces another', () => {
    observePod({ status: { phase: 'Failed' } });
    expect(takes()).toEqual(nothing);
    caches.jobs.observe(jobObject('team', 'imagespec-1', { uid: 'another', resourceVersion: '7' }));
    expect(takes()).toEqual(aSlot);
    expect(takes(created + podPatience)).toEqual(ofNamespace);
  });

  it('whose Pod is lost waits for another one', () => {
    observePod({ spec: { nodeName: 'n1' }, status: { phase: 'Running' } });
    caches.pods.forget('team/imagespec-1-abc', 'team-imagespec-1-abc');
    expect(takes()).toEqual(aSlot);
    expect(takes(created + podPatience)).toEqual(ofNamespace);
  });
});
