import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { emptyCaches, jobObject, podObject } from '../../../test/support/children.ts';
import type { Caches } from '../watched/caches.ts';
import { projectImageSpec } from '../watched/projections.ts';
import { Absences } from './absences.ts';

const key = 'team/astro';
const ended = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
const jobPath = '/apis/batch/v1/namespaces/team/jobs/imagespec-1';
const podsPath = '/api/v1/namespaces/team/pods';

let server: StandIn;
let caches: Caches;
let absences: Absences;
/** The API server's answer to each path. */
let replies: Map<string, { readonly code: number; readonly body: object }>;
let asked: string[];

beforeEach(async () => {
  replies = new Map();
  asked = [];
  caches = emptyCaches();
  absences = new Absences();
  server = await startStandIn((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    asked.push(path);
    const { code, body } = replies.get(path) ?? { code: 404, body: { kind: 'Status', code: 404 } };
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
});

afterEach(() => server.stop());

/** The ImageSpec whose status names this build. */
function confirm(build: object) {
  const seen = projectImageSpec({
    metadata: {
      namespace: 'team',
      name: 'astro',
      uid: 'spec-1',
      generation: 1,
      resourceVersion: '5',
      creationTimestamp: '2026-11-24T11:00:00Z',
    },
    spec: { baseImage: 'x' },
    status: { observedGeneration: 1, build: { number: 1, attempt: 1, jobName: 'imagespec-1', ...build } },
  });
  return absences.confirm(server.connection, caches, key, seen);
}

const open = { jobUID: 'team-imagespec-1' };

describe('a Job that the status names and the cache lacks', () => {
  it('is found, because the watch of Jobs lags behind', async () => {
    replies.set(jobPath, { code: 200, body: jobObject('team', 'imagespec-1') });
    expect(await confirm(open)).toBe('looked');
    expect(caches.jobs.get('team/imagespec-1')).toBeDefined();
    expect(await confirm(open)).toBe('none');
  });

  it('is looked up once where it is really gone', async () => {
    expect([await confirm(open), await confirm(open)]).toEqual(['looked', 'none']);
    expect(asked).toEqual([jobPath]);
  });

  it('is looked up again after no answer', async () => {
    replies.set(jobPath, { code: 500, body: { kind: 'Status', code: 500 } });
    expect([await confirm(open), await confirm(open)]).toEqual(['unavailable', 'unavailable']);
  });

  it.each([
    ['has ended', { ...open, completionTime: '2026-11-24T12:00:00Z' }],
    ['has pushed', { ...open, image: 'x@y' }],
    ['needed none', {}],
  ])('is not missed where the build %s', async (_, build) => {
    expect(await confirm(build)).toBe('none');
    expect(asked).toEqual([]);
  });
});

describe('the Pod of a Job that has ended', () => {
  beforeEach(() => {
    caches.jobs.observe({ ...jobObject('team', 'imagespec-1'), ...ended });
  });

  it('is found, because the watch of Pods lags behind', async () => {
    replies.set(podsPath, {
      code: 200,
      body: { metadata: {}, items: [podObject('team', 'imagespec-1-abc', 'team-imagespec-1')] },
    });
    expect(await confirm(open)).toBe('looked');
    expect(caches.pods.get('team/imagespec-1-abc')).toBeDefined();
    expect(await confirm(open)).toBe('none');
  });

  it('is looked up once where it is really gone', async () => {
    replies.set(podsPath, { code: 200, body: { metadata: {}, items: [] } });
    expect([await confirm(open), await confirm(open)]).toEqual(['looked', 'none']);
  });

  it('is not missed once the status has the end of the build', async () => {
    expect(await confirm({ ...open, completionTime: '2026-11-24T12:00:00Z' })).toBe('none');
  });
});
