import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentExitCodes } from '../api/agentExitCodes.ts';
import { runCredentials } from './credentials.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-credentials-'));
});

afterEach(() => rm(folder, { recursive: true }));

const basic = (text: string) => Buffer.from(text).toString('base64');

const secret = {
  auths: {
    'registry.example.com/vision': { auth: basic('vision:one') },
    'registry.example.com': { username: 'all', password: 'two' },
    'https://index.docker.io/v1/': { auth: basic('hub:three') },
    'other.example.com': { auth: basic('other:four') },
    'tokens.example.com': { identitytoken: 'five' },
  },
};

/** Runs the subcommand for these images, and returns what Kaniko would read. */
async function credentialsFor(images: readonly string[], text = JSON.stringify(secret)) {
  const [file, output] = [join(folder, 'secret'), join(folder, 'docker', 'config.json')];
  await writeFile(file, text);
  const lines: string[] = [];
  const argv = ['--pull-secret', file, ...images.flatMap((image) => ['--pull', image]), '--output', output];
  const code = await runCredentials(argv, {}, (line) => lines.push(line));
  return { code, lines, output };
}

describe('credentials', () => {
  it.each<[readonly string[], object]>([
    [
      ['registry.example.com/vision/base:1'],
      { 'registry.example.com': {}, 'registry.example.com/vision/base': { auth: basic('vision:one') } },
    ],
    [
      ['registry.example.com/nlp/base', 'jupyter/minimal-notebook'],
      {
        'registry.example.com': {},
        'registry.example.com/nlp/base': { auth: basic('all:two') },
        'https://index.docker.io/v1/': {},
        'index.docker.io/jupyter/minimal-notebook': { auth: basic('hub:three') },
      },
    ],
    [['tokens.example.com/a/b'], { 'tokens.example.com': {}, 'tokens.example.com/a/b': { identitytoken: 'five' } }],
    [['unknown.example.com/a/b'], { 'unknown.example.com': {} }],
  ])('writes only the entries of %j, each by its repository', async (images, auths) => {
    const { code, output } = await credentialsFor(images);
    expect(code).toBe(0);
    expect(JSON.parse(await readFile(output, 'utf8'))).toEqual({ auths });
    expect((await stat(output)).mode & 0o777).toBe(0o600);
  });

  it.each(['no JSON', '[]', '{"auths": 3}', '{"auths": {"x": {"auth": "%%%"}}}'])(
    'ends with its exit code for the Secret %j, and prints nothing of it',
    async (text) => {
      const { code, lines } = await credentialsFor(['registry.example.com/a/b'], text);
      expect(code).toBe(agentExitCodes.credentialsInvalid.code);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('the pull Secret cannot be used');
      expect(lines[0]).not.toContain('%%%');
    },
  );

  it("opens each repository with its own use's Secrets only", async () => {
    const files: Record<string, string> = {};
    for (const [use, user] of [
      ['pull', 'reader'],
      ['cache', 'cacher'],
      ['push', 'writer'],
    ] as const) {
      files[use] = join(folder, use);
      await writeFile(files[use], JSON.stringify({ auths: { 'registry.example.com': { auth: basic(`${user}:x`) } } }));
    }
    const output = join(folder, 'config.json');
    const uses = { pull: 'base', cache: 'layers', push: 'out' };
    const argv = Object.entries(uses).flatMap(([use, path]) => [
      `--${use}-secret=${files[use] ?? ''}`,
      `--${use}=registry.example.com/${path}`,
    ]);
    expect(await runCredentials([...argv, '--output', output], {}, () => undefined)).toBe(0);
    expect(JSON.parse(await readFile(output, 'utf8'))).toEqual({
      auths: {
        // To push, the builder looks up the registry's entry: the push keyring comes last and wins.
        'registry.example.com': { auth: basic('writer:x') },
        'registry.example.com/base': { auth: basic('reader:x') },
        'registry.example.com/layers': { auth: basic('cacher:x') },
        'registry.example.com/out': { auth: basic('writer:x') },
      },
    });
  });

  it('writes the certificate bundle and the configuration of apt', async () => {
    const trust = join(folder, 'trust');
    await mkdir(trust);
    const certificate = '-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----';
    const env = {
      IMAGESPEC_CA_BUNDLE: certificate,
      IMAGESPEC_APT_CONFIGURATION: 'Acquire::http::Proxy "http://apt:3142";\n',
    };
    const code = await runCredentials(
      ['--output', join(folder, 'config.json'), '--trust', trust],
      env,
      () => undefined,
    );
    expect(code).toBe(0);
    const bundle = await readFile(join(trust, 'ca.crt'), 'utf8');
    expect(bundle).toContain(certificate);
    // The public CAs stay: a private bundle adds to them.
    expect(bundle.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
    expect(await readFile(join(trust, 'apt.conf'), 'utf8')).toBe(env.IMAGESPEC_APT_CONFIGURATION);
  });

  it('reports wrong arguments', async () => {
    const lines: string[] = [];
    expect(await runCredentials([], {}, (line) => lines.push(line))).toBe(agentExitCodes.usage.code);
    expect(lines.join()).toContain('--output is missing');
  });
});
