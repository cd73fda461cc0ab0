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
import type { RegistryResult } from './failure.ts';
import { type Lookup, Lookups, mostKept } from './lookups.ts';
import type { Registry } from './registry.ts';
import type { Found } from './resolve.ts';

let registry: ScriptedRegistry;
let now: number;
let client: Registry;
/** Where each look-up found its answer. */
let how: string[];

beforeEach(async () => {
  now = 1_000_000;
  registry = await startScriptedRegistry();
  serveImage(registry);
  how = [];
  client = clientOf([registry], {
    clock: { now: () => now, elapsed: () => now },
    observeLookup: (found) => void how.push(found),
  });
});

afterEach(() => registry.close());

/** Another image, of the same configuration. */
const other = blobOf({ config: { digest: config.digest, size: config.size }, layers: [] });
const me = { is: 'password', username: 'me', password: 'hunter2' } as const;
const lookUp = (since = 0, credential?: typeof me) =>
  client.lookUp(referenceTo(`${registry.host}/team/app:1`), 'linux/amd64', credential, since);
/** The requests that reached the registry, such as `GET manifests`. */
const asked = () => registry.asked.map(({ method, path }) => `${method} ${path.split('/')[4]}`);
const once = ['GET manifests', 'GET blobs'];

describe('look-ups of the same image with the same credential', () => {
  it('are one, a hundred at one moment', async () => {
    const found = await Promise.all(Array.from({ length: 100 }, () => lookUp()));
    expect(new Set(found.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(found[0]).toMatchObject({ ok: true, value: { digest: manifest.digest } });
    expect(asked()).toEqual(once);
    expect(how).toEqual(['asked', ...Array.from({ length: 99 }, () => 'joined')]);
  });

  it('are one, a hundred shortly after one another', async () => {
    for (let count = 0; count < 100; count++) {
      await lookUp();
      now += 100;
    }
    expect(asked()).toEqual(once);
    expect(how).toEqual(['asked', ...Array.from({ length: 99 }, () => 'kept')]);
  });

  it('compare the digest later, which registries do not count', async () => {
    await lookUp();
    now += 60_000;
    const headers = { 'content-type': types.manifest, 'docker-content-digest': manifest.digest };
    registry.on('HEAD /v2/team/app/manifests/1', { status: 200, headers });
    expect(await lookUp()).toMatchObject({ value: { digest: manifest.digest } });
    expect(asked()).toEqual([...once, 'HEAD manifests']);
    expect(how).toEqual(['asked', 'confirmed']);
  });

  it('find another image once the tag has moved', async () => {
    await lookUp();
    now += 60_000;
    serve(registry, '1', other, types.manifest);
    const headers = { 'content-type': types.manifest, 'docker-content-digest': other.digest };
    registry.on('HEAD /v2/team/app/manifests/1', { status: 200, headers });
    expect(await lookUp()).toMatchObject({ value: { digest: other.digest } });
    expect(how).toEqual(['asked', 'asked']);
  });

  it('are made again for a person who asks for the image as it is now', async () => {
    await lookUp();
    now += 1000;
    serve(registry, '1', other, types.manifest);
    expect(await lookUp(now)).toMatchObject({ value: { digest: other.digest } });
  });

  it('share a failure for a moment only', async () => {
    registry.on('GET /v2/team/app/manifests/1', { status: 503 });
    expect(await lookUp()).toMatchObject({ failure: { kind: 'unavailable' } });
    expect(await lookUp()).toMatchObject({ failure: { kind: 'unavailable' } });
    expect(asked()).toEqual(['GET manifests']);
    now += 3000;
    serveImage(registry);
    expect(await lookUp()).toMatchObject({ ok: true });
  });
});

it('look-ups with another credential are not shared', async () => {
  await lookUp();
  registry.on('GET /v2/team/app/manifests/1', { status: 403 });
  expect(await lookUp(0, me)).toMatchObject({ failure: { kind: 'unauthorized' } });
});

it('what is kept of images has a bound', async () => {
  const label = 'x'.repeat(30_000);
  const found: Found = {
    image: { digest: manifest.digest, user: '', onBuild: [], env: [], volumes: 0, labels: { label }, sizeBytes: 1 },
    named: manifest.digest,
  };
  let finds = 0;
  const lookups = new Lookups({
    now: () => 0,
    find: (): Promise<RegistryResult<Found>> => {
      finds += 1;
      return Promise.resolve({ ok: true, value: found });
    },
    digestNow: () => undefined,
  });
  const lookupOf = (name: number): Lookup => ({
    reference: referenceTo(`r.example/app:${name}`),
    platform: 'linux/amd64',
    credential: undefined,
    since: 0,
  });
  const tooMany = Math.ceil(mostKept / label.length) + 1;
  for (let name = 0; name < tooMany; name++) {
    await lookups.find(lookupOf(name));
  }
  await lookups.find(lookupOf(tooMany - 1));
  expect(finds).toBe(tooMany);
  await lookups.find(lookupOf(0));
  expect(finds).toBe(tooMany + 1);
});
