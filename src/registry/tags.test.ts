import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arm, clientOf, manifest, referenceTo, serveImage, types } from '../../test/support/servers/scripted-image.ts';
import { type ScriptedRegistry, startScriptedRegistry } from '../../test/support/servers/scripted-registry.ts';
import type { RegistryOptions } from './registry.ts';

let registry: ScriptedRegistry;
let mirror: ScriptedRegistry;

beforeEach(async () => {
  [registry, mirror] = [await startScriptedRegistry(), await startScriptedRegistry()];
});

afterEach(() => Promise.all([registry.close(), mirror.close()]));

const client = (options: Partial<RegistryOptions> = {}) => clientOf([registry, mirror], options);
const image = (suffix = ':1') => referenceTo(`${registry.host}/team/app${suffix}`);

describe('digestOf', () => {
  const headers = { 'content-type': types.manifest, 'docker-content-digest': manifest.digest };

  it.each([
    ['HEAD', { status: 200, headers }, manifest.digest, 1],
    ['GET where HEAD is not allowed', { status: 405 }, manifest.digest, 2],
    [
      'GET where HEAD names no digest',
      { status: 200, headers: { 'content-type': types.manifest } },
      manifest.digest,
      2,
    ],
    [
      'GET where HEAD is answered by a web page',
      { status: 200, headers: { 'content-type': 'text/html' } },
      manifest.digest,
      2,
    ],
    ['nothing', { status: 404 }, null, 1],
  ])('is known by %s', async (_, head, value, requests) => {
    serveImage(registry);
    registry.on('HEAD /v2/team/app/manifests/1', head);
    expect(await client().digestOf(image(), undefined)).toEqual({ ok: true, value });
    expect(registry.asked).toHaveLength(requests);
  });

  it('is not the digest of a web page', async () => {
    registry.on('HEAD /v2/team/app/manifests/1', { status: 200, headers: { 'content-type': 'text/html' } });
    registry.on('GET /v2/team/app/manifests/1', {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>',
    });
    expect(await client().digestOf(image(), undefined)).toMatchObject({ ok: false, failure: { kind: 'invalid' } });
  });

  it('fails when it cannot be known', async () => {
    registry.on('HEAD /v2/team/app/manifests/1', { status: 401 });
    registry.on('GET /v2/team/app/manifests/1', { status: 401 });
    expect(await client().digestOf(image(), undefined)).toMatchObject({ ok: false, failure: { kind: 'unauthorized' } });
  });
});

describe('putTag', () => {
  beforeEach(() => serveImage(registry));

  it('puts the very bytes of the manifest under the tag', async () => {
    registry.on('PUT /v2/team/app/manifests/moving', { status: 201 });
    expect(await client().putTag(image(':moving'), manifest.digest, undefined)).toEqual({ ok: true, value: true });
    expect(registry.asked.at(-1)).toMatchObject({ body: manifest.body, headers: { 'content-type': types.manifest } });
  });

  it.each([
    ['the digest is not there', `sha256:${'9'.repeat(64)}`, { status: 201 }, 'notFound'],
    ['the push is denied', manifest.digest, { status: 403 }, 'unauthorized'],
    ['the tag is immutable, as Harbor says it', manifest.digest, { status: 412 }, 'invalid'],
    ['the tag is immutable, as ECR says it', manifest.digest, { status: 400 }, 'invalid'],
    [
      'something else was stored',
      manifest.digest,
      { status: 201, headers: { 'docker-content-digest': arm.digest } },
      'invalid',
    ],
  ])('fails when %s', async (_, digest, answer, kind) => {
    registry.on('PUT /v2/team/app/manifests/moving', answer);
    const result = await client().putTag(image(':moving'), digest, undefined);
    expect(result).toMatchObject({ ok: false, failure: { kind } });
  });
});

describe('putTagOnce', () => {
  beforeEach(() => {
    serveImage(registry);
    registry.on('PUT /v2/team/app/manifests/fixed', { status: 201 });
  });

  it.each([
    ['a tag that is free', undefined, { is: 'tagged' }, 1],
    ['a tag that has this digest', manifest.digest, { is: 'tagged' }, 0],
    ['a tag that has another digest', arm.digest, { is: 'taken', digest: arm.digest }, 0],
  ])('on %s', async (_, present, value, writes) => {
    if (present !== undefined) {
      const headers = { 'content-type': types.manifest, 'docker-content-digest': present };
      registry.on('HEAD /v2/team/app/manifests/fixed', { status: 200, headers });
    }
    expect(await client().putTagOnce(image(':fixed'), manifest.digest, undefined)).toEqual({ ok: true, value });
    expect(registry.asked.filter(({ method }) => method === 'PUT')).toHaveLength(writes);
  });

  it('writes nothing when it cannot know what the tag has', async () => {
    registry.on('HEAD /v2/team/app/manifests/fixed', { status: 503 });
    registry.on('GET /v2/team/app/manifests/fixed', { status: 503 });
    const result = await client().putTagOnce(image(':fixed'), manifest.digest, undefined);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'unavailable' } });
    expect(registry.asked.filter(({ method }) => method === 'PUT')).toHaveLength(0);
  });
});

describe('pushAccess', () => {
  it.each([
    ['relative', (host: string) => `/v2/team/app/blobs/uploads/u1?state=s&host=${host}`],
    ['absolute', (host: string) => `http://${host}/v2/team/app/blobs/uploads/u1?state=s`],
    ['absolute behind a proxy that ends TLS', (host: string) => `https://${host}/v2/team/app/blobs/uploads/u1?state=s`],
  ])('opens an upload and cancels it, its address %s', async (_, location) => {
    registry.on('POST /v2/team/app/blobs/uploads/', { status: 202, headers: { location: location(registry.host) } });
    registry.on('DELETE /v2/team/app/blobs/uploads/u1', { status: 204 });
    expect(await client().pushAccess(image(), undefined)).toEqual({ ok: true, value: true });
    expect(registry.asked.map(({ method, path }) => `${method} ${path.split('&')[0]}`)).toEqual([
      'POST /v2/team/app/blobs/uploads/',
      'DELETE /v2/team/app/blobs/uploads/u1?state=s',
    ]);
  });

  it('goes nowhere else to cancel one', async () => {
    const location = `http://${mirror.host}/v2/team/app/blobs/uploads/u1`;
    registry.on('POST /v2/team/app/blobs/uploads/', { status: 202, headers: { location } });
    expect(await client().pushAccess(image(), undefined)).toEqual({ ok: true, value: true });
    expect(mirror.asked).toHaveLength(0);
  });

  it('says that a push would be denied', async () => {
    registry.on('POST /v2/team/app/blobs/uploads/', { status: 403, body: '{"errors":[{"code":"DENIED"}]}' });
    expect(await client().pushAccess(image(), undefined)).toMatchObject({
      failure: {
        kind: 'unauthorized',
        message: `push to ${registry.host}/team/app: not found or no access (HTTP 403 DENIED)`,
      },
    });
  });
});
