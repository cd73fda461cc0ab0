import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { helmBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { startLocal, uniqueName } from '../../tools/cluster/start.ts';
import { commandsOf } from '../../tools/docs/commands.ts';
import { root } from '../../tools/release/project.ts';
import { out, ownTarget } from './made.ts';

/**
 * A cluster that has nothing of ours, and a person who copies the commands of README.md, one after the other. What differs is
 * named here: the registry, which answers without TLS, and the mirrors, since the cluster cannot reach the internet.
 */
let cluster: LocalCluster;
let folder: string;

beforeAll(async () => {
  cluster = await startLocal(uniqueName('release'), 'process');
  folder = await mkdtemp(join(tmpdir(), 'imagespec-release-'));
  await mkdir(join(folder, 'bin'));
  await symlink(await helmBinary(), join(folder, 'bin', 'helm'));
  await symlink(cluster.kubectl, join(folder, 'bin', 'kubectl'));
  await symlink(join(root, 'deploy'), join(folder, 'deploy'));
  await writeFile(join(folder, 'my-values.yaml'), stringify(await readersValues()));
}, 1_200_000);

afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

const valuesShape = z.object({ config: z.looseObject({}) });

/** my-values.yaml as README.md has it, for this cluster. */
async function readersValues(): Promise<object> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const text = /```yaml\n# my-values\.yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const { host } = cluster.registries.plain;
  const { config } = valuesShape.parse(parse(text.replaceAll('registry.my.org', host)));
  const mirrors = ['quay.io', 'ghcr.io'].map((registry) => ({ host: registry, mirror: host }));
  // The default names the builder by the digest of the real one; the registry here may have a stand-in.
  const images = { kaniko: 'ghcr.io/osscontainertools/kaniko:v1.28.3' };
  return { config: { ...config, images, registries: { mirrors, insecure: [host] } } };
}

/** The command as it is run here. */
function here(command: string): string {
  return command
    .replaceAll('registry.my.org', cluster.registries.plain.host)
    .replace('linux-x64', ownTarget)
    .replace(
      'npm run release -- --try',
      `'${process.execPath}' '${join(root, 'tools/release/release.ts')}' --try --insecure`,
    )
    .replace('helm install', 'helm install --plain-http --wait --timeout 180s');
}

/** What the command printed. */
async function shell(command: string): Promise<string> {
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    KUBECONFIG: cluster.kubeconfig,
    HELM_CACHE_HOME: join(folder, 'cache'),
    HELM_CONFIG_HOME: join(folder, 'config'),
    HELM_DATA_HOME: join(folder, 'data'),
  };
  return run('sh', ['-ec', command], { cwd: folder, env });
}

describe("README.md's way to a first image", () => {
  it('leads there by its own commands, from the artefacts of a release alone', async () => {
    const printed = new Map<string, string>();
    for (const { command } of commandsOf('install')) {
      printed.set(command, await shell(here(command)));
      if (command.startsWith('npm run release')) {
        await unpackPlugin();
      }
    }
    const said = (start: string) => [...printed].find(([command]) => command.startsWith(start))?.[1] ?? '';
    expect(said('helm install')).toContain('STATUS: deployed');
    expect(said('kubectl imagespec status')).toContain('my-namespace/astropy: ready: BuildSucceeded');
    const { host } = cluster.registries.plain;
    const image = await shell(
      "kubectl -n imagespec-operator-system get pods -o jsonpath='{.items[0].spec.containers[0].image}'",
    );
    expect(image).toMatch(new RegExp(`^${host}/imagespec-operator@sha256:[0-9a-f]{64}$`));
  }, 1_200_000);
});

/** What the reader does with the archive of the own system. */
async function unpackPlugin(): Promise<void> {
  const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
  await run('sh', ['-ec', `tar -C '${join(folder, 'bin')}' -xzf '${out}'/kubectl-imagespec_*_linux_${own}.tar.gz`]);
  await chmod(join(folder, 'bin', 'kubectl-imagespec'), 0o755);
}
