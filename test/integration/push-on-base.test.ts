import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { stubNote, tarOf } from '../../src/agent/base/stub.ts';
import { runCredentials } from '../../src/agent/credentials.ts';
import { runPush } from '../../src/agent/push.ts';
import { agentExitCodes } from '../../src/api/agentExitCodes.ts';
import { digestOfBytes } from '../../src/oci/digest.ts';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { debianTools } from '../../tools/cluster/artifacts/debian.ts';
import { type LoopbackRegistry, startRegistry } from '../../tools/cluster/artifacts/registry.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

const manifestSchema = z.object({ mediaType: z.string(), layers: z.array(z.object({ digest: z.string() })) });
const configSchema = z.object({
  config: z.object({ Env: z.array(z.string()), User: z.string(), Labels: z.record(z.string(), z.string()).optional() }),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
  history: z.array(z.looseObject({})),
});

let folder: string;
let crane: string;
let first: LoopbackRegistry;
let second: LoopbackRegistry;
/** The base by digest, in the first registry. */
let base: string;
const env = () => ({ PATH: process.env['PATH'], CRANE: crane });
const at = (name: string) => join(folder, name);

/** Two registries, and a base of one layer with a user and a variable. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-on-base-'));
  ({ crane } = await kubernetesBinaries());
  const program = (await debianTools()).path('docker-registry');
  await Promise.all([mkdir(at('one')), mkdir(at('two'))]);
  [first, second] = await Promise.all([startRegistry(program, at('one')), startRegistry(program, at('two'))]);
  await writeFile(at('base.tar'), tarOf({ hello: 'hello\n' }));
  const name = `${first.host}/source/base`;
  await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', at('base.tar'), '-t', `${name}:0`]);
  await run(crane, ['mutate', '--insecure', '--env', 'A=1', '--user', '7', `${name}:0`, '-t', `${name}:1`]);
  base = `${name}@${(await run(crane, ['digest', '--insecure', `${name}:1`])).trim()}`;
});

afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  await rm(folder, { recursive: true });
});

/** What `credentials` leaves for the containers after it. */
async function describeBase(reference = base) {
  const lines: string[] = [];
  const files = [
    '--base-image',
    at('base-image.json'),
    '--base-keyring',
    at('base-keyring.json'),
    '--stub',
    at('stub'),
  ];
  const code = await runCredentials(
    ['--output', at('docker/config.json'), '--base', reference, '--insecure', first.host, ...files],
    env(),
    (line) => lines.push(line),
  );
  return { code, lines };
}

/** A layout as the builder leaves one on the stub of a base: one new layer. */
async function builtOn(reference: string, name: string): Promise<string> {
  const layout = at(name);
  const tar = tarOf({ new: 'new\n' });
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['A=1', 'N=2'], User: '7' },
      rootfs: { type: 'layers', diff_ids: [digestOfBytes(tar)] },
      history: [{ comment: stubNote({ base: reference }), empty_layer: true }, { created_by: 'RUN new' }],
    }),
  );
  const docker = 'application/vnd.docker';
  const descriptor = (mediaType: string, blob: Buffer) => ({
    mediaType,
    size: blob.length,
    digest: digestOfBytes(blob),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${docker}.distribution.manifest.v2+json`,
      config: descriptor(`${docker}.container.image.v1+json`, config),
      layers: [descriptor(`${docker}.image.rootfs.diff.tar.gzip`, layer)],
    }),
  );
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  for (const blob of [layer, config, manifest]) {
    await writeFile(join(layout, 'blobs', ...digestOfBytes(blob).split(':')), blob);
  }
  const manifests = [descriptor(`${docker}.distribution.manifest.v2+json`, manifest)];
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return layout;
}

async function push(destination: string, more: readonly string[]) {
  const lines: string[] = [];
  const [termination, docker] = [at('termination'), await mkdtemp(at('push-'))];
  await rm(termination, { force: true });
  const files = ['--base-image', at('base-image.json'), '--base-keyring', at('base-keyring.json')];
  const code = await runPush(
    ['--insecure', '--destination', destination, '--termination', termination, ...files, ...more],
    { ...env(), DOCKER_CONFIG: docker },
    (line) => lines.push(line),
  );
  return { code, lines, message: await readFile(termination, 'utf8').catch(() => '') };
}

/** An image as its registry has it; crane compares every digest and size of it. */
async function pulled(image: string) {
  await run(crane, ['validate', '--insecure', '--remote', image]);
  const read = async (what: string): Promise<unknown> => JSON.parse(await run(crane, [what, '--insecure', image]));
  return { manifest: manifestSchema.parse(await read('manifest')), config: configSchema.parse(await read('config')) };
}

describe('an image on its base', () => {
  it.each([
    ['in one registry', () => first.host],
    ['from another registry', () => second.host],
  ])('%s has the layers of the base under its own', async (_, host) => {
    expect(await describeBase()).toEqual({ code: 0, lines: [] });
    const layout = await builtOn(base, `built-for-${host().replace(/\D/g, '')}`);
    const destination = `${host()}/imagespecs/vision/astro`;
    const pushed = await push(`${destination}:job-1`, ['--layout', layout]);
    expect(pushed).toMatchObject({ code: 0, lines: [] });
    expect(pushed.message).toMatch(new RegExp(`^${destination}@sha256:[0-9a-f]{64}$`));
    const [image, under] = [await pulled(`${destination}:job-1`), await pulled(base)];
    expect(image.manifest.mediaType).toBe(under.manifest.mediaType);
    expect(image.manifest.layers).toHaveLength(2);
    expect(image.manifest.layers[0]).toEqual(under.manifest.layers[0]);
    expect(image.config.config).toEqual({ Env: ['A=1', 'N=2'], User: '7' });
    expect(image.config.history.at(-1)).toEqual({ created_by: 'RUN new' });
    expect((await run('sh', ['-c', `${crane} export --insecure ${destination}:job-1 - | tar -t`])).split('\n')).toEqual(
      expect.arrayContaining(['hello', 'new']),
    );
  });

  it('is refused where a step put an image of another base in its place', async () => {
    await describeBase();
    const layout = await builtOn(`x@sha256:${'9'.repeat(64)}`, 'forged');
    const refused = await push(`${first.host}/imagespecs/vision/forged:job-1`, ['--layout', layout]);
    expect(refused).toMatchObject({ code: agentExitCodes.baseReplaced.code, message: '' });
    await expect(pulled(`${first.host}/imagespecs/vision/forged:job-1`)).rejects.toThrow('MANIFEST_UNKNOWN');
  });
});

describe('a base with other settings', () => {
  it('is pushed without a builder', async () => {
    await describeBase();
    const image = `${first.host}/imagespecs/vision/composed:job-1`;
    const changes = ['--platform', 'linux/amd64', '--set-env', 'A=9', '--set-env', 'Z=x y', '--set-label', 'q=r=s'];
    expect(await push(image, changes)).toMatchObject({ code: 0, lines: [] });
    const [composed, under] = [await pulled(image), await pulled(base)];
    expect(composed.manifest.layers).toEqual(under.manifest.layers);
    expect(composed.config.config).toEqual({ Env: ['A=9', 'Z=x y'], User: '7', Labels: { q: 'r=s' } });
  });
});

describe('a base that cannot be read', () => {
  it.each([
    ['is gone', () => `${first.host}/source/base@sha256:${'0'.repeat(64)}`, agentExitCodes.baseNotFound],
    [
      'is in a registry that does not answer',
      () => `127.0.0.1:9/base/x1@sha256:${'0'.repeat(64)}`,
      agentExitCodes.unavailable,
    ],
  ])('%s: the build ends before its first step', async (_, reference, exit) => {
    const { code, lines } = await describeBase(reference());
    expect(code).toBe(exit.code);
    expect(lines.join()).toContain('the base image cannot be read: ');
  });
});
