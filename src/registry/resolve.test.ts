import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  arm,
  clientOf,
  config,
  index,
  manifest,
  referenceTo,
  serve,
  serveImage,
  types,
} from '../../test/support/servers/scripted-image.ts';
import { blobOf, type ScriptedRegistry, startScriptedRegistry } from '../../test/support/servers/scripted-registry.ts';
import { createAuthority } from '../../tools/cluster/pki.ts';
import type { RegistryOptions } from './registry.ts';

let registry: ScriptedRegistry;
let mirror: ScriptedRegistry;

beforeEach(async () => {
  [registry, mirror] = [await startScriptedRegistry(), await startScriptedRegistry()];
});

afterEach(() => Promise.all([registry.close(), mirror.close()]));

const client = (options: Partial<RegistryOptions> = {}) => clientOf([registry, mirror], options);
const image = (suffix = ':1') => referenceTo(`${registry.host}/team/app${suffix}`);

describe('resolve', () => {
  it.each([
    ['OCI index', types.index, types.manifest],
    ['Docker manifest list', types.list, types.dockerManifest],
    ['index with charset', `${types.index}; charset=utf-8`, types.manifest],
  ])('finds the image of a platform in an %s', async (_, indexType, manifestType) => {
    serveImage(registry);
    serve(registry, '1', index, indexType);
    serve(registry, manifest.digest, manifest, manifestType);
    expect(await client().resolve(image(), 'linux/amd64', undefined)).toEqual({
      ok: true,
      value: {
        digest: manifest.digest,
        user: '1000',
        onBuild: ['RUN true'],
        env: ['A=b'],
        volumes: 0,
        labels: { a: 'b' },
        sizeBytes: 120 + config.size,
      },
    });
  });

  it('takes the digest of a reference before its tag, and latest without either', async () => {
    serveImage(registry);
    serve(registry, 'latest', arm, types.manifest);
    const byDigest = await client().resolve(image(`:gone@${manifest.digest}`), 'linux/amd64', undefined);
    const latest = await client().resolve(image(''), 'linux/amd64', undefined);
    expect([byDigest, latest]).toMatchObject([
      { value: { digest: manifest.digest } },
      { value: { digest: arm.digest } },
    ]);
  });

  it('believes a manifest that names its own type when the content type does not', async () => {
    serveImage(registry);
    const own = blobOf({ mediaType: types.manifest, config: { digest: config.digest, size: 1 }, layers: [] });
    serve(registry, '1', own, 'application/octet-stream');
    expect(await client().resolve(image(), 'linux/amd64', undefined)).toMatchObject({ value: { digest: own.digest } });
  });

  it.each([
    ['an index without the platform', types.index, index, 'linux/s390x', 'notFound', 'no image for linux/s390x'],
    ['an image of another platform', types.manifest, manifest, 'linux/arm64', 'notFound', 'is for linux/amd64'],
    ['a web page', 'text/html', blobOf({}), 'linux/amd64', 'invalid', 'no image but text/html'],
    ['a manifest that is none', types.manifest, blobOf({ layers: [] }), 'linux/amd64', 'invalid', 'malformed'],
    [
      'a document that is both',
      types.manifest,
      blobOf({ config: { digest: config.digest, size: 1 }, layers: [], manifests: [] }),
      'linux/amd64',
      'invalid',
      'malformed',
    ],
    [
      'an artifact',
      types.manifest,
      blobOf({
        config: { digest: config.digest, size: 1, mediaType: 'application/vnd.cncf.helm.config.v1+json' },
        layers: [],
      }),
      'linux/amd64',
      'invalid',
      'no container image',
    ],
    [
      'a digest that climbs out',
      types.manifest,
      blobOf({ config: { digest: '../../../v2/other/blobs/x', size: 1 }, layers: [] }),
      'linux/amd64',
      'invalid',
      'malformed',
    ],
    [
      'the retired first schema',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      blobOf({}),
      'linux/amd64',
      'invalid',
      'manifest.v1',
    ],
  ])('refuses %s', async (_, type, blob, platform, kind, message) => {
    serveImage(registry);
    serve(registry, '1', blob, type);
    const result = await client().resolve(image(), platform, undefined);
    expect(result).toMatchObject({ failure: { kind, message: expect.stringContaining(message) } });
  });

  it('refuses a manifest and a configuration that are not what their digest says', async () => {
    serveImage(registry);
    serve(registry, manifest.digest, arm, types.manifest);
    const lied = await client().resolve(image(`@${manifest.digest}`), 'linux/amd64', undefined);
    registry.on(`GET /v2/team/app/blobs/${config.digest}`, { status: 200, body: '{}' });
    const liedAgain = await client().resolve(image(), 'linux/amd64', undefined);
    expect([lied, liedAgain]).toMatchObject([
      { failure: { kind: 'invalid', message: expect.stringContaining('other content') } },
      { failure: { kind: 'invalid', message: expect.stringContaining('configuration') } },
    ]);
  });

  const errors = (code: string) => JSON.stringify({ errors: [{ code, message: 'text of theirs' }] });
  it.each([
    [404, {}, errors('MANIFEST_UNKNOWN'), { kind: 'notFound', message: 'HTTP 404 MANIFEST_UNKNOWN' }],
    [401, {}, errors('UNAUTHORIZED'), { kind: 'unauthorized', message: 'not found or no access' }],
    [403, {}, errors('DENIED'), { kind: 'unauthorized', message: 'HTTP 403 DENIED' }],
    [429, {}, '', { kind: 'rateLimited', message: 'too many requests' }],
    [429, { 'retry-after': '120' }, '', { kind: 'rateLimited', retryAfterMs: 120_000 }],
    [429, { 'retry-after': 'Tue, 24 Nov 2026 00:01:00 GMT' }, '', { kind: 'rateLimited', retryAfterMs: 60_000 }],
    [429, { 'retry-after': 'soon' }, '', { kind: 'rateLimited', message: 'too many requests' }],
    [503, { 'retry-after': '99999999' }, '', { kind: 'unavailable', retryAfterMs: 86_400_000 }],
    [500, {}, '<html>', { kind: 'unavailable', message: 'HTTP 500' }],
    [418, {}, errors('<b>'), { kind: 'invalid', message: '(HTTP 418)' }],
  ])(
    'understands HTTP %i with %j',
    async (status, headers, body, { message, ...expected }: Record<string, unknown>) => {
      registry.on('GET /v2/team/app/manifests/1', { status, headers, body });
      const result = await client().resolve(image(), 'linux/amd64', undefined);
      expect(result).toMatchObject({ failure: expected });
      expect(JSON.stringify(result)).toContain(message ?? '');
      expect(JSON.stringify(result)).not.toContain('text of theirs');
    },
  );

  it.each([[[]], [['quay.io']], [['127.0.0.1']], [['*.example.com']]])(
    'asks no registry but those of %j',
    async (allowed) => {
      expect(await client({ allowed }).resolve(image(), 'linux/amd64', undefined)).toMatchObject({
        failure: { kind: 'notAllowed', message: expect.stringContaining('registries.allowed') },
      });
      expect(registry.asked).toEqual([]);
    },
  );

  it('asks a registry that is named, by its host or its domain', async () => {
    serveImage(registry);
    const named = client({ allowed: ['quay.io', registry.host] });
    expect(await named.resolve(image(), 'linux/amd64', undefined)).toMatchObject({ ok: true });
    const mirrors = [{ host: 'r.example.com', mirror: registry.host }];
    const inDomain = client({ allowed: ['*.example.com'], mirrors });
    const reference = referenceTo('r.example.com/team/app:1');
    expect(await inDomain.lookUp(reference, 'linux/amd64', undefined, 0)).toMatchObject({ ok: true });
  });

  it('distinguishes silence from absence', async () => {
    registry.on('GET /v2/team/app/manifests/1', () => undefined);
    const silent = await client({ requestTimeoutMs: 100 }).resolve(image(), 'linux/amd64', undefined);
    const noServer = await client().resolve(referenceTo('127.0.0.1:1/team/app'), 'linux/amd64', undefined);
    const noTls = await client({ insecureHosts: [] }).resolve(image(), 'linux/amd64', undefined);
    expect([silent, noServer, noTls]).toMatchObject([
      { failure: { kind: 'unreachable', message: expect.stringContaining('no answer in time') } },
      { failure: { kind: 'unreachable', message: expect.stringContaining('cannot be reached') } },
      { failure: { kind: 'unreachable', message: expect.stringContaining('does not speak TLS') } },
    ]);
  });

  it('reports a certificate that is not trusted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'registry-'));
    const authority = await createAuthority(folder, 'ca', 'untrusted authority');
    const { certificate, key } = await authority.issue('server', { name: 'r', group: 'r', hosts: ['127.0.0.1'] });
    const server = createServer({ cert: certificate, key });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const result = await client().resolve(referenceTo(`127.0.0.1:${port}/team/app`), 'linux/amd64', undefined);
    server.close();
    await rm(folder, { recursive: true });
    expect(result).toMatchObject({ failure: { kind: 'certificateUntrusted' } });
  });
});

describe('mirrors', () => {
  const hub = referenceTo('docker.io/team/app:1');
  const right = { is: 'password', username: 'me', password: 'hunter2' } as const;

  it('are tried in their order, without the credential, under the same path', async () => {
    registry.on('GET /v2/team/app/manifests/1', { status: 503 });
    serveImage(mirror);
    const mirrors = [registry.host, mirror.host].map((host) => ({ host: 'docker.io', mirror: host }));
    const found = await client({ mirrors }).lookUp(hub, 'linux/amd64', right, 0);
    expect(found).toMatchObject({ value: { digest: manifest.digest } });
    expect([...registry.asked, ...mirror.asked].map(({ authorization }) => authorization)).toEqual(
      Array(3).fill(undefined),
    );
  });

  it('may have the images under a path of their own', async () => {
    serveImage(mirror, 'dockerhub/cache/team/app');
    const mirrors = [{ host: 'docker.io', mirror: `${mirror.host}/dockerhub/cache` }];
    const found = await client({ mirrors }).lookUp(hub, 'linux/amd64', right, 0);
    expect(found).toMatchObject({ value: { digest: manifest.digest } });
    const missing = await client({ mirrors }).lookUp(referenceTo('docker.io/team/no:1'), 'linux/amd64', right, 0);
    expect(missing).toMatchObject({
      failure: {
        kind: 'notFound',
        message: expect.stringContaining(`team/no:1 (through ${mirror.host}/dockerhub/cache)`),
      },
    });
  });

  it('are not followed by the registry itself', async () => {
    serveImage(registry);
    const mirrors = [{ host: registry.host, mirror: mirror.host }];
    expect(await client({ mirrors }).lookUp(image(), 'linux/amd64', undefined, 0)).toMatchObject({
      failure: { kind: 'notFound', message: expect.stringContaining(`(through ${mirror.host})`) },
    });
    expect(registry.asked).toEqual([]);
  });

  it('say that an image is not there only when each of them says so', async () => {
    registry.on('GET /v2/team/app/manifests/1', { status: 503 });
    const mirrors = [registry.host, mirror.host].map((host) => ({ host: 'docker.io', mirror: host }));
    const result = await client({ mirrors }).lookUp(hub, 'linux/amd64', undefined, 0);
    expect(result).toMatchObject({ failure: { kind: 'unavailable' } });
  });

  it('are left out for what we pushed ourselves', async () => {
    serveImage(registry);
    const registries = client({ mirrors: [{ host: registry.host, mirror: mirror.host }] });
    const found = await registries.resolve(image(), 'linux/amd64', undefined);
    expect(found).toMatchObject({ value: { digest: manifest.digest } });
    expect(mirror.asked).toHaveLength(0);
  });
});
