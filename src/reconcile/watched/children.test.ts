import { beforeEach, describe, expect, it } from 'vitest';
import { emptyCaches, jobObject, podObject } from '../../../test/support/children.ts';
import type { Caches } from './caches.ts';
import { buildsOf } from './children.ts';

const self = { namespace: 'team', name: 'astro', uid: 'spec-1', generation: 1, resourceVersion: '1' };

let caches: Caches;

beforeEach(() => {
  caches = emptyCaches();
  caches.jobs.observe(jobObject('team', 'imagespec-1'));
  caches.pods.observe(podObject('team', 'imagespec-1-abc', 'team-imagespec-1'));
});

/** Name of the Pod of each build. */
const podsOfBuilds = () => buildsOf(caches, self).map(({ pod }) => `${pod?.ref.namespace}/${pod?.ref.name}`);

describe('the children of an ImageSpec', () => {
  it('are found by namespace and UID', () => {
    expect(podsOfBuilds()).toEqual(['team/imagespec-1-abc']);
  });

  it('exclude objects of another namespace that claim the same owner', () => {
    const status = { phase: 'Succeeded' };
    caches.pods.observe(podObject('attacker', 'imagespec-1-xyz', 'team-imagespec-1', { status }));
    caches.jobs.observe(jobObject('attacker', 'imagespec-9', {}, 9));
    expect(podsOfBuilds()).toEqual(['team/imagespec-1-abc']);
  });

  it('are named after their Job, and the newest counts, not the last changed', () => {
    const later = { creationTimestamp: '2026-11-24T12:05:00Z' };
    caches.pods.observe(podObject('team', 'imagespec-1-new', 'team-imagespec-1', { metadata: later }));
    caches.pods.observe(podObject('team', 'other-1', 'team-imagespec-1', { metadata: later }));
    const changed = { resourceVersion: '9' };
    caches.pods.observe(podObject('team', 'imagespec-1-abc', 'team-imagespec-1', { metadata: changed }));
    expect(podsOfBuilds()).toEqual(['team/imagespec-1-new']);
  });

  it.each([Number.MAX_SAFE_INTEGER, 1_000_000_001, 0])('exclude Jobs with the number %i', (number) => {
    caches.jobs.observe(jobObject('team', 'imagespec-9', {}, number));
    expect(buildsOf(caches, self)).toHaveLength(1);
  });

  it('include Jobs with numbers up to a thousand million', () => {
    caches.jobs.observe(jobObject('team', 'imagespec-9', {}, 1_000_000_000));
    expect(buildsOf(caches, self)).toHaveLength(2);
  });
});
