import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { archiveName, checksums, krewManifest } from './krew.ts';
import { builderOf, provenance } from './provenance.ts';

const project = {
  name: 'imagespec-operator',
  version: '1.2.3',
  description: 'd',
  license: 'Apache-2.0',
  registry: 'ghcr.io/somewhere',
  url: 'https://git.test/somewhere/imagespec-operator',
};

describe("krew's manifest", () => {
  it('has an archive for each platform, by the names of Kubernetes', () => {
    const archives = (['linux-arm64', 'win-x64'] as const).map((target) => ({
      sha256: 'a'.repeat(64),
      size: 1,
      executableSize: 2,
      target,
      file: archiveName(project, target),
    }));
    expect(parse(krewManifest(project, archives))).toMatchObject({
      metadata: { name: 'imagespec' },
      spec: {
        version: 'v1.2.3',
        platforms: [
          {
            selector: { matchLabels: { os: 'linux', arch: 'arm64' } },
            uri: 'https://git.test/somewhere/imagespec-operator/releases/download/v1.2.3/kubectl-imagespec_1.2.3_linux_arm64.tar.gz',
            bin: 'kubectl-imagespec',
          },
          { selector: { matchLabels: { os: 'windows', arch: 'amd64' } }, bin: 'kubectl-imagespec.exe' },
        ],
      },
    });
  });
});

describe('checksums', () => {
  it('are lines for sha256sum', () => {
    expect(checksums([{ name: 'a.tgz', sha256: '0f' }])).toBe('0f  a.tgz\n');
  });
});

describe('the provenance', () => {
  const bases = [{ name: 'gcr.io/a:1', digest: `sha256:${'b'.repeat(64)}`, repository: 'r', is: 'stand-in' as const }];
  const statement = (env: Readonly<Record<string, string>>) =>
    provenance(project, { commit: 'c0ffee', bases }, builderOf(env), [{ name: 'x', sha256: 'd' }]);

  it('names commit and bases, and which of them is none', () => {
    expect(statement({})).toMatchObject({
      predicate: {
        buildDefinition: {
          resolvedDependencies: [
            { digest: { gitCommit: 'c0ffee' } },
            {
              uri: 'docker://gcr.io/a:1',
              digest: { sha256: 'b'.repeat(64) },
              annotations: { standIn: expect.any(String) },
            },
          ],
        },
        runDetails: { builder: { id: 'local' } },
      },
      subject: [{ name: 'x', digest: { sha256: 'd' } }],
    });
  });

  it('names the workflow and its run', () => {
    const env = {
      GITHUB_SERVER_URL: 'https://github.test',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_RUN_ID: '7',
      GITHUB_WORKFLOW_REF: 'o/r/.github/workflows/release.yml@refs/tags/v1.2.3',
    };
    expect(statement(env)).toMatchObject({
      predicate: {
        runDetails: {
          builder: { id: 'https://github.test/o/r/.github/workflows/release.yml@refs/tags/v1.2.3' },
          metadata: { invocationId: 'https://github.test/o/r/actions/runs/7' },
        },
      },
    });
  });
});
