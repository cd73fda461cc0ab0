import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { run } from '../../../test/support/observations.ts';
import { arm, clientOf, manifest, serveImage, types } from '../../../test/support/servers/scripted-image.ts';
import { type ScriptedRegistry, startScriptedRegistry } from '../../../test/support/servers/scripted-registry.ts';
import { annotations } from '../../api/names.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import type { Effect } from '../../lifecycle/model/effect.ts';
import { type Caches, follow } from '../watched/caches.ts';
import { act } from './act.ts';

let registry: ScriptedRegistry;
let server: StandIn;
let caches: Caches;
/** Answers of the API server, by method and path. */
let replies: Map<string, { readonly code: number; readonly body: object }>;
/** Requests to it, by method and path. */
let asked: string[];

beforeEach(async () => {
  registry = await startScriptedRegistry();
  replies = new Map();
  asked = [];
  server = await startStandIn((request, response) => {
    const what = `${request.method} ${request.url?.split('?')[0]}`;
    asked.push(what);
    const { code, body } = replies.get(what) ?? { code: 404, body: {} };
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  ({ caches } = follow(
    server.connection,
    systemClock,
    () => {},
    [],
    () => null,
    () => {},
  ));
});

afterEach(() => Promise.all([registry.close(), server.stop()]));

type PutTag = Extract<Effect, { do: 'putTag' }>;

/** Puts a tag whose manifest the registry has under `present`. Returns the outcome and the written manifests. */
async function put(mode: PutTag['mode'], present: string | null, status = 201) {
  serveImage(registry);
  if (present !== null) {
    const headers = { 'content-type': types.manifest, 'docker-content-digest': present };
    registry.on('HEAD /v2/team/app/manifests/t', { status: 200, headers });
  }
  registry.on('PUT /v2/team/app/manifests/t', { status });
  const sources = { connection: server.connection, registry: clientOf([registry]), secretLabels: 'Optional' } as const;
  const tag = `${registry.host}/team/app:t`;
  const acted = await act(sources, caches, 'team/astro', {
    do: 'putTag',
    tag,
    digest: manifest.digest,
    secret: null,
    mode,
  });
  return { acted, writes: registry.asked.filter(({ method }) => method === 'PUT').length };
}

describe('putTag', () => {
  it.each<[string, PutTag['mode'], string | null, string, number]>([
    ['puts an immutable tag that is free', 'neverOverwrite', null, 'done', 1],
    ['leaves an immutable tag of another image', 'neverOverwrite', arm.digest, 'stale', 0],
    ['does nothing when the immutable tag is this image', 'neverOverwrite', manifest.digest, 'done', 0],
    ['moves the moving tag', 'move', arm.digest, 'done', 1],
  ])('%s', async (_, mode, present, is, writes) => {
    expect(await put(mode, present)).toEqual({ acted: { is }, writes });
  });
});

const self = { namespace: 'team', name: 'astro', uid: 'uid-1', generation: 1, resourceVersion: '1' };
const key = 'team/astro';

/** The ImageSpec of a version, as the API server has it. */
function imageSpec(metadata: object = {}) {
  return { metadata: { ...self, creationTimestamp: '2026-11-24T11:00:00Z', ...metadata }, spec: {} };
}

/** The operator's cache holds this ImageSpec, and the API server the other one. */
function holds(cached: object, live = cached): void {
  caches.imageSpecs.observe(cached);
  replies.set('GET /apis/imagespec.dev/v1alpha1/namespaces/team/imagespecs/astro', { code: 200, body: live });
}

const sources = () => ({
  connection: server.connection,
  registry: clientOf([]),
  secretLabels: 'Optional' as const,
});

/** A Job that an ImageSpec of this UID controls. */
function jobOf(uid: string, changes: object = {}) {
  return {
    metadata: {
      namespace: 'team',
      name: 'imagespec-1',
      uid: 'job-1',
      resourceVersion: '7',
      creationTimestamp: '2026-11-24T12:00:00Z',
      annotations: { [annotations.build]: JSON.stringify(run(null).identity) },
      ownerReferences: [
        { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', name: 'astro', uid, controller: true },
      ],
      ...changes,
    },
    spec: {},
  };
}

describe('createJob', () => {
  it('is refused when the operator cannot recognize the stored Job', async () => {
    holds(imageSpec());
    const stored = jobOf('uid-1', { name: 'imagespec-2', uid: 'job-2', annotations: {} });
    replies.set('POST /apis/batch/v1/namespaces/team/jobs', { code: 201, body: stored });
    const effect = { do: 'createJob', self, job: { metadata: { name: 'imagespec-2' } } } as const;
    expect(await act(sources(), caches, key, effect)).toMatchObject({
      is: 'refused',
      message: 'Job "imagespec-2" was created, but the API server stored it with changes',
    });
  });

  it.each([
    ['is done when this ImageSpec has the Job already', jobOf('uid-1'), { is: 'done' }],
    [
      'is refused when another object has the name',
      jobOf('uid-2'),
      { is: 'refused', message: 'Job "imagespec-1" exists already and does not belong to this ImageSpec; delete it' },
    ],
    [
      'waits while a Job of that name is being deleted',
      jobOf('uid-1', { deletionTimestamp: '2026-11-24T12:01:00Z' }),
      { is: 'unavailable', message: 'Job "imagespec-1" is still being deleted' },
    ],
  ])('%s', async (_, there, expected) => {
    holds(imageSpec());
    const taken = { kind: 'Status', reason: 'AlreadyExists', message: 'exists', code: 409 };
    replies.set('POST /apis/batch/v1/namespaces/team/jobs', { code: 409, body: taken });
    replies.set('GET /apis/batch/v1/namespaces/team/jobs/imagespec-1', { code: 200, body: there });
    const effect = { do: 'createJob', self, job: { metadata: { name: 'imagespec-1' } } } as const;
    expect(await act(sources(), caches, key, effect)).toMatchObject(expected);
  });
});

const target = { namespace: 'team', name: 'imagespec-1', uid: 'job-1' };
const pod = { namespace: 'team', name: 'probe-1', uid: 'pod-1' };

describe('an effect that creates or deletes', () => {
  const effects: readonly Effect[] = [
    { do: 'createJob', self, job: { metadata: { name: 'imagespec-1' } } },
    { do: 'deleteJob', target },
    { do: 'createPod', self, pod: { metadata: { name: 'probe-1' } } },
    { do: 'deletePod', target: pod },
  ];
  const newer: readonly (readonly [string, object])[] = [
    ['its status was written', { resourceVersion: '2' }],
    ['another one has its name', { uid: 'uid-2', resourceVersion: '2' }],
    ['it is being deleted', { resourceVersion: '2', deletionTimestamp: '2026-11-24T12:01:00Z' }],
  ];

  it.each(effects.flatMap((effect) => newer.map(([what, live]) => [effect.do, what, effect, live] as const)))(
    '%s writes nothing for an ImageSpec that has changed: %s',
    async (_, __, effect, live) => {
      holds(imageSpec(), imageSpec(live));
      expect(await act(sources(), caches, key, effect)).toEqual({ is: 'stale' });
      expect(asked.filter((request) => !request.startsWith('GET '))).toEqual([]);
      expect(caches.imageSpecs.get(key)?.self.resourceVersion).toBe('2');
    },
  );
});

describe('an effect after a status write of this process', () => {
  const written = { do: 'writeStatus', part: 'whole', self, before: { observedGeneration: -1 } } as const;
  const look = 'GET /apis/imagespec.dev/v1alpha1/namespaces/team/imagespecs/astro';

  it.each([
    ['looks at no ImageSpec that was just answered', 0, []],
    ['looks again after a second', 1000, [look]],
  ])('%s', async (_, later, looks) => {
    holds(imageSpec());
    replies.set('PATCH /apis/imagespec.dev/v1alpha1/namespaces/team/imagespecs/astro/status', {
      code: 200,
      body: imageSpec({ resourceVersion: '2' }),
    });
    await act(sources(), caches, key, { ...written, status: { observedGeneration: 1 } });
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + later);
    await act(sources(), caches, key, { do: 'createJob', self, job: { metadata: { name: 'imagespec-1' } } });
    clock.mockRestore();
    expect(asked.filter((request) => request === look)).toEqual(looks);
  });
});

describe('a delete that the API server answers with a conflict', () => {
  const conflict = { kind: 'Status', reason: 'Conflict', message: 'the object has been modified', code: 409 };
  const podOf = (uid: string) => ({
    metadata: {
      ...pod,
      uid,
      resourceVersion: '7',
      creationTimestamp: '2026-11-24T12:00:00Z',
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'x', uid: 'x', controller: true }],
    },
  });

  it.each([
    ['is not done while the Job is there', 'job-1', { is: 'stale' }],
    ['is done when another Job has the name', 'job-2', { is: 'done' }],
  ])('%s', async (_, uid, expected) => {
    holds(imageSpec());
    caches.jobs.observe(jobOf('uid-1', { resourceVersion: '6' }));
    replies.set('DELETE /apis/batch/v1/namespaces/team/jobs/imagespec-1', { code: 409, body: conflict });
    replies.set('GET /apis/batch/v1/namespaces/team/jobs/imagespec-1', { code: 200, body: jobOf('uid-1', { uid }) });
    expect(await act(sources(), caches, key, { do: 'deleteJob', target })).toEqual(expected);
    expect(caches.jobs.get('team/imagespec-1')?.ref.uid).toBe(uid === 'job-1' ? uid : undefined);
  });

  it.each([
    ['is not done while the Pod is there', 'pod-1', { is: 'stale' }],
    ['is done when another Pod has the name', 'pod-2', { is: 'done' }],
  ])('%s', async (_, uid, expected) => {
    holds(imageSpec());
    caches.pods.observe({ ...podOf('pod-1'), metadata: { ...podOf('pod-1').metadata, resourceVersion: '6' } });
    replies.set('DELETE /api/v1/namespaces/team/pods/probe-1', { code: 409, body: conflict });
    replies.set('GET /api/v1/namespaces/team/pods/probe-1', { code: 200, body: podOf(uid) });
    expect(await act(sources(), caches, key, { do: 'deletePod', target: pod })).toEqual(expected);
    expect(caches.pods.get('team/probe-1')?.pod.ref.uid).toBe(uid === 'pod-1' ? uid : undefined);
  });
});
