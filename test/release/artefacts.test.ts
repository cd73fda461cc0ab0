import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { actionlintBinary, helmBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { sha256OfFile } from '../../tools/release/crane.ts';
import { readProject, root } from '../../tools/release/project.ts';
import { fileOf, makeRelease, out, ownTarget, sums, unpackProgram } from './made.ts';

/** Everything that a release makes, twice. */
const project = readProject();
let pushed: readonly string[];

beforeAll(async () => {
  pushed = await makeRelease(['--dry-run', '--targets', ownTarget]);
}, 1_200_000);

const configShape = z.object({
  config: z.object({ User: z.string(), Entrypoint: z.array(z.string()), Labels: z.record(z.string(), z.string()) }),
  architecture: z.string(),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});
const indexShape = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: z.object({ architecture: z.string() }) })),
});
const manifestShape = z.object({ config: z.object({ digest: z.string() }) });

/** JSON of a blob of the image's layout. */
async function blob(digest: string): Promise<unknown> {
  return JSON.parse(await fileOf(join('image', 'blobs', digest.replace(':', '/'))));
}

describe('a release', () => {
  it("has the operator's image for both processors, with its version and the digest of its base", async () => {
    const entry = z.object({ manifests: z.array(z.object({ digest: z.string() })) });
    const top = entry.parse(JSON.parse(await fileOf(join('image', 'index.json')))).manifests[0]?.digest ?? '';
    expect(pushed[0]).toMatch(new RegExp(`/imagespec-operator@${top}$`));
    const { manifests } = indexShape.parse(await blob(top));
    expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
    for (const { digest, platform } of manifests) {
      const config = configShape.parse(await blob(manifestShape.parse(await blob(digest)).config.digest));
      expect(config.architecture).toBe(platform.architecture);
      expect(config.config.User).toBe('65532:65532');
      expect(config.config.Entrypoint.at(-1)).toBe('/app/main.js');
      expect(config.config.Labels).toMatchObject({
        'org.opencontainers.image.version': project.version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.base.name': 'gcr.io/distroless/nodejs24-debian13:nonroot',
        'org.opencontainers.image.base.digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      });
    }
  });

  it('has a checksum for each file that it offers', async () => {
    const found = new Map<string, string>();
    for (const name of (await sums()).keys()) {
      found.set(name, await sha256OfFile(join(out, name)));
    }
    expect(found).toEqual(new Map(await sums()));
    expect([...(await sums()).keys()]).toContain(`${project.name}-${project.version}.tgz`);
  });

  it('has a chart that installs the image of this release by its digest', async () => {
    const helm = await helmBinary();
    const chart = join(out, `${project.name}-${project.version}.tgz`);
    const manifests = await run(helm, ['template', 'imagespec-operator', chart, '--namespace', 'n']);
    const digest = pushed[0]?.slice(pushed[0].indexOf('@')) ?? '';
    expect(manifests).toContain(`image: ${project.registry}/imagespec-operator${digest}`);
    expect(await run(helm, ['lint', '--strict', chart])).toContain('0 chart(s) failed');
  });

  it('has a bill of materials with the packages of the bundle and the modules of crane', async () => {
    const bom = z
      .object({ components: z.array(z.object({ purl: z.string() })) })
      .parse(JSON.parse(await fileOf('sbom.cdx.json')));
    const purls = bom.components.map(({ purl }) => purl);
    expect(purls.some((purl) => purl.startsWith('pkg:npm/%40kubernetes/client-node@'))).toBe(true);
    expect(purls.some((purl) => purl.startsWith('pkg:golang/github.com/google/go-containerregistry@'))).toBe(true);
    expect(purls.some((purl) => purl.includes('vitest'))).toBe(false);
  });

  it('says what it is made from, of every artefact', async () => {
    const statement = z
      .object({ subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })) })
      .parse(JSON.parse(await fileOf('provenance.intoto.json')));
    const known = statement.subject.map(({ digest }) => digest.sha256);
    expect(known).toEqual(expect.arrayContaining([...(await sums()).values()]));
    expect(known).toContain(pushed[0]?.slice(-64));
    expect(await run('git', ['-C', root, 'rev-parse', 'HEAD'])).toContain(
      /"gitCommit": "([0-9a-f]{40})"/.exec(await fileOf('provenance.intoto.json'))?.[1] ?? 'none',
    );
  });

  it("has a manifest for krew whose checksums are the archives'", async () => {
    const manifest = z
      .object({
        spec: z.object({ version: z.string(), platforms: z.array(z.object({ uri: z.string(), sha256: z.string() })) }),
      })
      .parse(parse(await fileOf('imagespec.krew.yaml')));
    expect(manifest.spec.version).toBe(`v${project.version}`);
    for (const { uri, sha256 } of manifest.spec.platforms) {
      expect((await sums()).get(uri.slice(uri.lastIndexOf('/') + 1))).toBe(sha256);
    }
  });

  it('has a command line that runs without Node.js', async () => {
    const { program, remove } = await unpackProgram();
    try {
      const env = { PATH: '/usr/bin:/bin', NODE_PATH: '' };
      expect(await run(program, ['--version'], { env })).toBe(`${project.version}\n`);
      const sample = join(root, 'deploy', 'samples', 'package-list.yaml');
      expect(await run(program, ['validate', '-f', sample], { env })).toContain('1 valid');
    } finally {
      await remove();
    }
  });

  it('is the same, byte by byte, when it is made again', async () => {
    const first = new Map(await sums());
    const again = await makeRelease(['--dry-run', '--targets', ownTarget]);
    expect(new Map(await sums())).toEqual(first);
    const digests = (references: readonly string[]) => references.map((one) => one.slice(one.indexOf('@')));
    expect(digests(again)).toEqual(digests(pushed));
  }, 1_200_000);
});

describe('the workflows', () => {
  it('are sound', async () => {
    const folder = join(root, '.github', 'workflows');
    const files = (await readdir(folder)).map((name) => join(folder, name));
    expect(files.length).toBeGreaterThan(2);
    await run(await actionlintBinary(), ['-no-color', ...files]);
  });
});
