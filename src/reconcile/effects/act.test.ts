import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver-stand-in.ts';
import { arm, clientOf, manifest, serveImage, types } from '../../../test/support/scripted-image.ts';
import { type ScriptedRegistry, startScriptedRegistry } from '../../../test/support/scripted-registry.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import type { Effect } from '../../lifecycle/decide.ts';
import { type Caches, follow } from '../watched/caches.ts';
import { act } from './act.ts';

let registry: ScriptedRegistry;
let server: StandIn;
let caches: Caches;

beforeEach(async () => {
  registry = await startScriptedRegistry();
  server = await startStandIn((_, response) => {
    response.statusCode = 404;
    response.end();
  });
  ({ caches } = follow(
    server.connection,
    systemClock,
    () => {},
    [],
    () => {},
  ));
});

afterEach(() => Promise.all([registry.close(), server.stop()]));

type PutTag = Extract<Effect, { do: 'putTag' }>;

/** Puts a tag whose manifest the registry has under `present`, and answers with what came of it and what was written. */
async function put(mode: PutTag['mode'], present: string | null, status = 201) {
  serveImage(registry);
  if (present !== null) {
    const headers = { 'content-type': types.manifest, 'docker-content-digest': present };
    registry.on('HEAD /v2/team/app/manifests/t', { status: 200, headers });
  }
  registry.on('PUT /v2/team/app/manifests/t', { status });
  const sources = { connection: server.connection, registry: clientOf([registry]), secretLabels: 'Optional' } as const;
  const tag = `${registry.host}/team/app:t`;
  const acted = await act(sources, caches, 'team', { do: 'putTag', tag, digest: manifest.digest, secret: null, mode });
  return { acted, writes: registry.asked.filter(({ method }) => method === 'PUT').length };
}

describe('putTag', () => {
  it.each<[string, PutTag['mode'], string | null, string, number]>([
    ['puts an immutable tag that is free', 'neverOverwrite', null, 'done', 1],
    ['leaves an immutable tag that another image has got', 'neverOverwrite', arm.digest, 'stale', 0],
    ['has nothing to do where the immutable tag is this image', 'neverOverwrite', manifest.digest, 'done', 0],
    ['moves the moving tag', 'move', arm.digest, 'done', 1],
  ])('%s', async (_, mode, present, is, writes) => {
    expect(await put(mode, present)).toEqual({ acted: { is }, writes });
  });
});
