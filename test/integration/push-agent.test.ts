import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCredentials } from '../../src/agent/credentials.ts';
import { runPush } from '../../src/agent/push.ts';
import { agentExitCodes } from '../../src/api/agentExitCodes.ts';
import { digestOfBytes } from '../../src/oci/digest.ts';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { debianTools } from '../../tools/cluster/artifacts/debian.ts';
import { type LoopbackRegistry, startRegistry } from '../../tools/cluster/artifacts/registry.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

const dockerConfig = z.object({ auths: z.record(z.string(), z.unknown()) });

let folder: string;
let crane: string;
let registry: LoopbackRegistry;

/** A real registry, and an image of one small layer in an OCI layout, as Kaniko leaves one. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-push-'));
  ({ crane } = await kubernetesBinaries());
  registry = await startRegistry((await debianTools()).path('docker-registry'), folder);
  await writeFile(join(folder, 'hello'), 'hello\n');
  await run('tar', ['-C', folder, '-cf', join(folder, 'layer.tar'), 'hello']);
  const image = `${registry.host}/source/x1:1`;
  await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', join(folder, 'layer.tar'), '-t', image]);
  await run(crane, ['pull', '--insecure', '--format=oci', image, join(folder, 'layout')]);
});

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

/** An OCI layout of one image with one layer that is not compressed; returns its configuration. */
async function plainLayout(layout: string, layer: string): Promise<string> {
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  const blob = async (content: Buffer) => {
    const digest = digestOfBytes(content);
    await writeFile(join(layout, 'blobs', ...digest.split(':')), content);
    return { digest, size: content.length };
  };
  const json = (content: object) => Buffer.from(JSON.stringify(content));
  const type = 'application/vnd.oci.image';
  const archive = await blob(await readFile(layer));
  const rootfs = { type: 'layers', diff_ids: [archive.digest] };
  const config = json({ os: 'linux', architecture: 'amd64', config: {}, rootfs });
  const manifest = await blob(
    json({
      schemaVersion: 2,
      mediaType: `${type}.manifest.v1+json`,
      config: { mediaType: `${type}.config.v1+json`, ...(await blob(config)) },
      layers: [{ mediaType: `${type}.layer.v1.tar`, ...archive }],
    }),
  );
  const manifests = [{ mediaType: `${type}.manifest.v1+json`, ...manifest }];
  await writeFile(join(layout, 'index.json'), json({ schemaVersion: 2, manifests }));
  await writeFile(join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  return config.toString();
}

async function push(destination: string, layout = join(folder, 'layout'), more: readonly string[] = []) {
  const lines: string[] = [];
  const termination = join(folder, 'termination');
  await rm(termination, { force: true });
  const code = await runPush(
    ['--layout', layout, '--destination', destination, '--termination', termination, ...more],
    { PATH: process.env['PATH'], DOCKER_CONFIG: join(folder, 'docker'), CRANE: crane },
    (line) => lines.push(line),
  );
  const message = await readFile(termination, 'utf8').catch(() => '');
  return { code, lines, message };
}

describe('push', () => {
  it("pushes the layout, and its message is the registry's own digest", async () => {
    const destination = `${registry.host}/imagespecs/vision/astro`;
    const { code, message, lines } = await push(`${destination}:job-1`, undefined, ['--insecure']);
    expect(lines).toEqual([]);
    expect(code).toBe(0);
    const digest = (await run(crane, ['digest', '--insecure', `${destination}:job-1`])).trim();
    expect(message.trim()).toBe(`${destination}@${digest}`);
  });

  it('keeps the credential in a file of its own, for this repository alone', async () => {
    const secret = join(folder, 'secret');
    const auth = Buffer.from('me:secret').toString('base64');
    await writeFile(secret, JSON.stringify({ auths: { [registry.host]: { auth }, 'other.example.com': { auth } } }));
    await push(`${registry.host}/imagespecs/vision/astro:job-2`, undefined, ['--insecure', '--secret', secret]);
    const written = join(folder, 'docker', 'config.json');
    expect((await stat(written)).mode & 0o777).toBe(0o600);
    expect(Object.keys(dockerConfig.parse(JSON.parse(await readFile(written, 'utf8'))).auths)).toEqual([
      registry.host,
      `${registry.host}/imagespecs/vision/astro`,
    ]);
  });

  it('refuses a layout that holds anything but plain files, before anything is sent', async () => {
    const layout = join(folder, 'with-link');
    await mkdir(layout);
    await run('cp', ['-r', `${join(folder, 'layout')}/.`, layout]);
    await symlink('/etc/passwd', join(layout, 'blobs', 'sha256', 'f'.repeat(64)));
    const { code, message, lines } = await push(`${registry.host}/imagespecs/vision/refused:1`, layout, ['--insecure']);
    expect(code).toBe(agentExitCodes.layoutRefused.code);
    expect(message).toBe('');
    expect(lines.join()).toContain('the built image is refused');
    await expect(run(crane, ['digest', '--insecure', `${registry.host}/imagespecs/vision/refused:1`])).rejects.toThrow(
      '404',
    );
  });

  it('refuses an image that a step of the build put in place of the built one', async () => {
    const name = `${registry.host}/source`;
    const [real, forged] = [join(folder, 'real'), join(folder, 'forged')];
    const more = join(folder, 'layer-2.tar');
    await writeFile(join(folder, 'more'), 'more\n');
    await run('tar', ['-C', folder, '-cf', more, 'more']);
    await run(crane, ['append', '--insecure', '-b', `${name}/x1:1`, '-f', more, '-t', `${name}/built:1`]);
    await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', more, '-t', `${name}/evil:1`]);
    await run(crane, ['pull', '--insecure', '--format=oci', `${name}/built:1`, real]);
    await run(crane, ['pull', '--insecure', '--format=oci', `${name}/evil:1`, forged]);
    const base = `${name}/x1@${(await run(crane, ['digest', '--insecure', `${name}/x1:1`])).trim()}`;
    const [output, file] = [join(folder, 'keyring', 'config.json'), join(folder, 'base-layers.json')];
    const argv = ['--output', output, '--base', base, '--insecure', registry.host, '--base-layers', file];
    expect(await runCredentials(argv, { PATH: process.env['PATH'], CRANE: crane }, () => {})).toBe(0);

    const checked = ['--insecure', '--base-layers', file];
    expect((await push(`${registry.host}/imagespecs/vision/built:1`, real, checked)).code).toBe(0);
    const refused = await push(`${registry.host}/imagespecs/vision/evil:1`, forged, checked);
    expect(refused).toMatchObject({ code: agentExitCodes.baseReplaced.code, message: '' });
    expect(refused.lines.join()).toContain(
      `the built image does not stand on its base ${base}: layer 1 of 1 is sha256:`,
    );
    const digest = run(crane, ['digest', '--insecure', `${registry.host}/imagespecs/vision/evil:1`]);
    await expect(digest).rejects.toThrow('404');
  });

  /** What Kaniko does with the layers of a stage that another one is FROM: go-containerregistry's tarball, there and back. */
  it('takes a base whose uncompressed layers the builder compressed', async () => {
    const [name, plain] = [`${registry.host}/source`, join(folder, 'plain')];
    const config = await plainLayout(plain, join(folder, 'layer.tar'));
    await run(crane, ['push', '--insecure', plain, `${name}/plain:1`]);
    expect(await run(crane, ['config', '--insecure', `${name}/plain:1`])).toBe(config);
    const [stage, built] = [join(folder, 'stage.tar'), join(folder, 'from-stage')];
    await run(crane, ['pull', '--insecure', `${name}/plain:1`, stage]);
    await run(crane, ['push', '--insecure', stage, `${name}/stage:1`]);
    await run(crane, ['pull', '--insecure', '--format=oci', `${name}/stage:1`, built]);
    const [base, other] = await Promise.all(
      ['plain', 'stage'].map(async (one) => (await run(crane, ['digest', '--insecure', `${name}/${one}:1`])).trim()),
    );
    expect(other).not.toBe(base);
    const [output, file] = [join(folder, 'keyring', 'config.json'), join(folder, 'plain-layers.json')];
    const argv = ['--output', output, '--base', `${name}/plain@${base}`, '--insecure', registry.host];
    const env = { PATH: process.env['PATH'], CRANE: crane };
    expect(await runCredentials([...argv, '--base-layers', file], env, () => {})).toBe(0);
    const pushed = await push(`${registry.host}/imagespecs/vision/stage:1`, built, [
      '--insecure',
      '--base-layers',
      file,
    ]);
    expect(pushed).toMatchObject({ code: 0, lines: [] });
  });

  it('pushes nothing when the base could not be read', async () => {
    const [output, file] = [join(folder, 'keyring', 'config.json'), join(folder, 'unread.json')];
    const argv = ['--output', output, '--base', `127.0.0.1:9/base/x1@sha256:${'0'.repeat(64)}`, '--base-layers', file];
    expect(await runCredentials(argv, { PATH: process.env['PATH'], CRANE: crane }, () => {})).toBe(0);
    const { code, lines } = await push(`${registry.host}/imagespecs/vision/astro:job-4`, undefined, [
      '--insecure',
      '--base-layers',
      file,
    ]);
    expect(code).toBe(agentExitCodes.unavailable.code);
    expect(lines.join()).toMatch(
      /the layers of the base image could not be read before the build: .*connection refused/,
    );
  });

  it('distinguishes a registry that does not respond from one that refuses', async () => {
    const { code, message } = await push('127.0.0.1:9/imagespecs/vision/astro:job-3', undefined, ['--insecure']);
    expect(code).toBe(agentExitCodes.unavailable.code);
    expect(message).not.toContain('sha256:');
  });
});
