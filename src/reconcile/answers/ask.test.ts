import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../../test/support/apiserver/stand-in.ts';
import { clientOf, manifest, serve, serveImage, types } from '../../../test/support/servers/scripted-image.ts';
import { blobOf, startScriptedRegistry } from '../../../test/support/servers/scripted-registry.ts';
import type { StageArgument } from '../../dockerfile/own/stageArguments.ts';
import { ask } from './ask.ts';

/** The log at the API server, which cuts it as the kubelet does: lines from the end and bytes from the front. */
let log: string;
let server: StandIn;

beforeEach(async () => {
  server = await startStandIn((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const lines = log.split('\n').slice(-Number(query.get('tailLines')));
    response.setHeader('content-type', 'text/plain');
    response.end(Buffer.from(lines.join('\n')).subarray(0, Number(query.get('limitBytes'))));
  });
});

afterEach(() => server.stop());

async function read(): Promise<string> {
  const pod = { namespace: 'team', name: 'p', uid: 'u' };
  const sources = { connection: server.connection, registry: clientOf([]), secretLabels: 'Optional' } as const;
  const { reply } = await ask(sources, 'team', { ask: 'log', pod, container: 'build' }, 0);
  if (reply.is !== 'known' || typeof reply.value !== 'string') {
    throw new Error(JSON.stringify(reply));
  }
  return reply.value;
}

describe('the log of a container', () => {
  const cause = 'error building image: exit status 1';

  it('is read unchanged', async () => {
    log = `one\n${cause}`;
    expect(await read()).toBe(log);
  });

  it.each([
    ['the longest lines of a container runtime', `${'x'.repeat(16_384)}\n`.repeat(300)],
    ['very many short lines', 'x\n'.repeat(500_000)],
  ])('is read to its end, which shows the most: %s', async (_, before) => {
    log = `${before}${cause}`;
    expect((await read()).split('\n').at(-1)).toBe(cause);
  });
});

describe('a base image', () => {
  /** The reply about an image with this configuration. */
  async function asked(
    config: object,
    use: 'stage' | 'files',
    variables?: readonly string[],
    given?: readonly StageArgument[],
  ) {
    const registry = await startScriptedRegistry();
    try {
      const blob = blobOf({ os: 'linux', architecture: 'amd64', config });
      const own = blobOf({ config: { digest: blob.digest, size: blob.size }, layers: [] });
      serve(registry, '1', own, types.manifest);
      registry.on(`GET /v2/team/app/blobs/${blob.digest}`, { status: 200, body: blob.body });
      const image = `${registry.host}/team/app:1`;
      const sources = {
        connection: server.connection,
        registry: clientOf([registry]),
        secretLabels: 'Optional',
      } as const;
      const question = {
        ask: 'base',
        image,
        use,
        secrets: [],
        platform: 'linux/amd64',
        everySeconds: 300,
        ...(variables === undefined ? {} : { variables }),
        ...(given === undefined ? {} : { arguments: given }),
      } as const;
      const { reply } = await ask(sources, 'team', question, 0);
      return { reply, image, digest: own.digest };
    } finally {
      await registry.close();
    }
  }

  const hostile = { User: '1000\nFROM evil.example/x/y\nUSER 1000', OnBuild: ['COPY . /home/user'] };

  it('has a digest and a user', async () => {
    const { reply, image, digest } = await asked({ User: '1000:100', OnBuild: ['RUN true'] }, 'stage');
    expect(reply).toEqual({ is: 'known', value: { image, digest, user: '1000:100', obstacle: 'Triggers' } });
  });

  it.each([
    ['USER', { User: hostile.User }, 'its USER "1000\\nFROM evil'],
    ['ONBUILD', { User: '1000', OnBuild: hostile.OnBuild }, 'ONBUILD "COPY . /home/user"'],
  ])('starts no build when its %s does not allow it', async (_, config, words) => {
    const { reply, image } = await asked(config, 'stage');
    expect(reply).toMatchObject({ is: 'failed', failure: { reason: 'BaseImageUnsupported' } });
    expect(JSON.stringify(reply)).toContain(JSON.stringify(`${image} cannot be extended: `).slice(1, -1));
    expect(reply.is === 'failed' ? reply.failure.message : '').toContain(words);
  });

  it.each<[string, readonly string[] | undefined, unknown]>([
    [
      'has the values that the spec extends',
      ['PATH', 'NONE'],
      [
        { name: 'PATH', value: '/opt/conda/bin:/bin' },
        { name: 'NONE', value: '' },
      ],
    ],
    ['has no other value', undefined, undefined],
  ])('%s', async (_, variables, env) => {
    const { reply, image, digest } = await asked({ Env: ['PATH=/opt/conda/bin:/bin', 'LANG=C'] }, 'stage', variables);
    const value = { image, digest, user: '', ...(env === undefined ? {} : { env }), obstacle: 'None' };
    expect(reply).toEqual({ is: 'known', value });
  });

  it.each([
    ['volumes', { Volumes: { '/data': {} } }, 'Volumes'],
    ['a variable of the builder', { Env: ['KANIKO_DIR=/'] }, 'Variables'],
    ['more variables than are read', { Env: Array.from({ length: 513 }, (_, index) => `A${index}=b`) }, 'Variables'],
  ])('with %s is no image for a container of the build', async (_, config, obstacle) => {
    expect((await asked(config, 'stage')).reply).toMatchObject({ is: 'known', value: { obstacle } });
  });

  it.each([
    ['of 4,097 characters', 'x'.repeat(4097)],
    ['with a line break', 'a\nFROM evil.example/x'],
    ['in other than ASCII', '/opt/ä'],
  ])('starts no build where the value to extend is one %s', async (_, value) => {
    const { reply } = await asked({ Env: [`PATH=${value}`] }, 'stage', ['PATH']);
    expect(reply).toMatchObject({ is: 'failed', failure: { reason: 'BaseImageUnsupported' } });
    expect(reply.is === 'failed' ? reply.failure.message : '').toContain('spec.env cannot extend it');
  });

  it.each([
    ['another value', ['LANG=C', 'X=1=1'], '2', 'spec.build.args "X": '],
    ['an empty value', ['X='], '2', 'spec.build.args "X": '],
    ['the same value', ['X=1=1'], '1=1', undefined],
    ['a name that begins so', ['XY=1'], '2', undefined],
  ])('starts no build where its variable shadows a build argument: %s', async (_, Env, value, words) => {
    const given = [{ name: 'X', value, place: 'spec.build.args "X"' }];
    const { reply, image } = await asked({ Env }, 'stage', undefined, given);
    expect(reply.is).toBe(words === undefined ? 'known' : 'failed');
    expect(reply.is === 'failed' ? reply.failure.reason : 'BaseImageUnsupported').toBe('BaseImageUnsupported');
    expect(reply.is === 'failed' ? reply.failure.message : '').toContain(
      words === undefined ? '' : `${words}${image} has ENV X, whose value the builder keeps`,
    );
  });

  it('may have both when it only gives files, and none of it is kept', async () => {
    const { reply, image, digest } = await asked(hostile, 'files');
    expect(reply).toEqual({ is: 'known', value: { image, digest, user: '' } });
  });
});

describe('an image that a build has pushed', () => {
  it('is confirmed by its own registry, not by a mirror without the image', async () => {
    const [registry, mirror] = [await startScriptedRegistry(), await startScriptedRegistry()];
    try {
      serveImage(registry);
      const mirrors = [{ host: registry.host, mirror: mirror.host }];
      const sources = {
        connection: server.connection,
        registry: clientOf([registry, mirror], { mirrors }),
        secretLabels: 'Optional',
      } as const;
      const reference = `${registry.host}/team/app@${manifest.digest}`;
      const { reply } = await ask(
        sources,
        'team',
        { ask: 'image', reference, secret: null, platform: 'linux/amd64' },
        0,
      );
      expect(reply).toMatchObject({ is: 'known', value: { digest: manifest.digest } });
      expect(mirror.asked).toEqual([]);
    } finally {
      await registry.close();
      await mirror.close();
    }
  });
});
