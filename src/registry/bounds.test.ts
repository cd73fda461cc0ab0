import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  config,
  manifest,
  referenceTo,
  serve,
  serveImage,
  types,
} from '../../test/support/servers/scripted-image.ts';
import { blobOf, type ScriptedRegistry, startScriptedRegistry } from '../../test/support/servers/scripted-registry.ts';
import { maximumManifestBytes } from './client.ts';
import { longestToken } from './http/authorization.ts';
import { mostSilent } from './http/breaker.ts';
import { mostValues } from './http/json.ts';
import { longestLabel } from './image.ts';
import { maximumConfigBytes } from './resolve.ts';

let registry: ScriptedRegistry;

beforeEach(async () => {
  registry = await startScriptedRegistry();
});

afterEach(() => registry.close());

const resolve = (client = clientOf([registry])) =>
  client.resolve(referenceTo(`${registry.host}/team/app:1`), 'linux/amd64', undefined);

/** Serves an image with this configuration. */
function serveConfig(content: object): void {
  const blob = blobOf(content);
  serve(registry, '1', blobOf({ config: { digest: blob.digest, size: blob.size }, layers: [] }), types.manifest);
  registry.on(`GET /v2/team/app/blobs/${blob.digest}`, { status: 200, body: blob.body });
}

/** A configuration with this text in it, of so many bytes. */
function configOf(bytes: number): object {
  const about = (comment: string) => ({ os: 'linux', architecture: 'amd64', config: {}, comment });
  return about('x'.repeat(bytes - JSON.stringify(about('')).length));
}

describe('what a registry sends has a bound', () => {
  it.each([
    [maximumManifestBytes, 'HTTP 200'],
    [maximumManifestBytes + 1, `larger than ${maximumManifestBytes} bytes`],
  ])('a manifest of %i bytes', async (bytes, words) => {
    // No image, so that the bytes alone decide: it is read whole, and refused as what it is.
    registry.on('GET /v2/team/app/manifests/1', { status: 200, body: Buffer.alloc(bytes, 'x') });
    expect(await resolve()).toMatchObject({
      failure: { kind: 'invalid', message: expect.stringContaining(words === 'HTTP 200' ? 'no image' : words) },
    });
  });

  it('a configuration, in bytes', async () => {
    serveConfig(configOf(maximumConfigBytes));
    expect(await resolve()).toMatchObject({ ok: true });
    serveConfig(configOf(maximumConfigBytes + 1));
    expect(await resolve()).toMatchObject({ failure: { message: expect.stringContaining('larger than') } });
  });

  it('a configuration, in entries', async () => {
    serveConfig({ history: Array.from({ length: 1000 }, () => ({})) });
    expect(await resolve()).toMatchObject({ ok: true });
    serveConfig({ history: Array.from({ length: mostValues }, () => ({})) });
    expect(await resolve()).toMatchObject({ failure: { message: expect.stringContaining('too many entries') } });
  });

  it('a label', async () => {
    const [kept, left] = ['k'.repeat(longestLabel), 'l'.repeat(longestLabel + 1)];
    serveConfig({ config: { Labels: { kept, left } } });
    const found = await resolve();
    expect(found).toMatchObject({ ok: true });
    expect(found.ok ? Object.keys(found.value.labels) : []).toEqual(['kept']);
  });

  it.each([
    [longestToken, { ok: true }],
    [longestToken + 1, { failure: { kind: 'invalid', message: expect.stringContaining('gives no token') } }],
  ])('a token of %i characters', async (length, expected) => {
    serveImage(registry);
    const token = 't'.repeat(length);
    const challenge = `Bearer realm="http://${registry.host}/token",service="s"`;
    for (const [path, { body }] of [
      ['manifests/1', manifest],
      [`blobs/${config.digest}`, config],
    ] as const) {
      registry.on(`GET /v2/team/app/${path}`, ({ authorization }) =>
        authorization === `Bearer ${token}`
          ? { status: 200, headers: { 'content-type': types.manifest }, body }
          : { status: 401, headers: { 'www-authenticate': challenge } },
      );
    }
    registry.on('GET /token', { status: 200, body: JSON.stringify({ token }) });
    expect(await resolve()).toMatchObject(expected);
  });
});

describe('the time that a registry takes has a bound', () => {
  it('of all exchanges of one look-up together', async () => {
    let now = 0;
    const clock = { now: () => 0, elapsed: () => now };
    serveImage(registry);
    registry.on('GET /v2/team/app/manifests/1', () => {
      now += 90_000;
      return { status: 200, headers: { 'content-type': types.manifest }, body: manifest.body };
    });
    expect(await resolve(clientOf([registry], { clock, requestTimeoutMs: 40_000 }))).toMatchObject({
      failure: { kind: 'unreachable', message: expect.stringContaining('no answer in time') },
    });
    expect(registry.asked).toHaveLength(1);
  });

  it('and one that stays silent is left alone for a while', async () => {
    serveImage(registry);
    let now = 0;
    let isSilent = true;
    const client = clientOf([registry], {
      clock: { now: () => 0, elapsed: () => now },
      fetch: (...request) =>
        isSilent ? Promise.reject(new DOMException('no answer in time', 'TimeoutError')) : fetch(...request),
    });
    for (let count = 0; count < mostSilent; count++) {
      expect(await resolve(client)).toMatchObject({ failure: { kind: 'unreachable' } });
    }
    isSilent = false;
    expect(await resolve(client)).toMatchObject({
      failure: { kind: 'unavailable', message: expect.stringContaining('left alone') },
    });
    expect(registry.asked).toEqual([]);
    now += 15_000;
    expect(await resolve(client)).toMatchObject({ ok: true });
  });
});
