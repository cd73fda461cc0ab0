import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { run } from './artifacts/run.ts';
import type { LocalCluster } from './cluster.ts';
import { stage } from './progress.ts';
import { untilServed } from './served.ts';
import { privateAuthorities } from './trust.ts';

const root = join(import.meta.dirname, '..', '..');
const namespace = 'imagespec-operator-system';
const kaniko = 'ghcr.io/osscontainertools/kaniko:v1.28.3';
const buildSeconds = 300;

/** Makes of the configuration that fits this cluster the one that is installed. */
export type Adapt = (configuration: OperatorConfiguration) => object;

/**
 * Bundles the operator, and has Kaniko build its image in this very cluster from the operator's Dockerfile. Then it installs
 * the manifests of `deploy/` with a configuration for this cluster, and waits until the operator is ready. What is up to
 * date is left.
 */
export async function installOperator(cluster: LocalCluster, adapt: Adapt = (as) => as): Promise<void> {
  const kubectl = (argv: readonly string[], input = '') => run(cluster.kubectl, argv, { input });
  await stage('bundle', () =>
    run(join(root, 'node_modules', '.bin', 'rolldown'), ['--config', 'rolldown.config.ts'], { cwd: root }),
  );
  const image = `${cluster.registries.plain.host}/imagespec-operator:${await contentTag()}`;
  if (!(await isServed(cluster, image))) {
    await stage("operator's image, built by Kaniko in the cluster", () => buildImage(cluster, kubectl, image));
  }
  await stage('operator', async () => {
    await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], await manifests(cluster, image, adapt));
    await untilServed(cluster.kubectl);
    await kubectl(['-n', namespace, 'rollout', 'status', 'deployment/imagespec-operator', '--timeout=180s']);
  });
}

/** Tag of the image: what is in it decides. */
async function contentTag(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, 'Dockerfile')));
  for (const file of (await readdir(join(root, 'dist'))).toSorted()) {
    hash.update(file).update(await readFile(join(root, 'dist', file)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function isServed(cluster: LocalCluster, image: string): Promise<boolean> {
  const [path = '', tag = ''] = image.slice(cluster.registries.plain.host.length + 1).split(':');
  const response = await fetch(`${cluster.registries.plain.url}/v2/${path}/manifests/${tag}`, {
    headers: {
      accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
    },
  });
  await response.body?.cancel();
  return response.ok;
}

type RunKubectl = (argv: readonly string[], input?: string) => Promise<string>;

async function buildImage(cluster: LocalCluster, kubectl: RunKubectl, image: string): Promise<void> {
  const context = join(cluster.folder, 'operator-image');
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  // The cluster's registry has stand-ins for the Dockerfile's images: the same names, other digests.
  const dockerfile = (await readFile(join(root, 'Dockerfile'), 'utf8')).replaceAll(/@sha256:[0-9a-f]{64}/g, '');
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  await cp(join(root, 'dist'), join(context, 'dist'), { recursive: true });
  const { host } = cluster.registries.plain;
  const name = `operator-image-${image.slice(image.lastIndexOf(':') + 1)}`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: buildSeconds,
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'kaniko',
          image: kaniko,
          args: [
            '--context=dir:///context',
            '--dockerfile=/context/Dockerfile',
            `--destination=${image}`,
            `--insecure-registry=${host}`,
            `--registry-map=gcr.io=${host}`,
            '--force',
            '--log-timestamp=false',
          ],
          volumeMounts: [{ name: 'context', mountPath: '/context', readOnly: true }],
        },
      ],
      volumes: [{ name: 'context', hostPath: { path: context, type: 'Directory' } }],
    },
  };
  await kubectl(['delete', 'pod', name, '--ignore-not-found']);
  await kubectl(['create', '-f', '-'], JSON.stringify(pod));
  const state = '{.status.containerStatuses[0].state.terminated.exitCode}';
  try {
    // Without a value, kubectl waits for any: a failed build ends the wait too.
    await kubectl(['wait', `pod/${name}`, `--for=jsonpath=${state}`, `--timeout=${buildSeconds}s`]);
    const code = await kubectl(['get', 'pod', name, '-o', `jsonpath=${state}`]);
    if (code.trim() !== '0') {
      throw new Error(`its exit code is ${code.trim()}`);
    }
  } catch (error) {
    const log = await kubectl(['logs', name, '--tail=20']).catch(() => '');
    throw new Error(`Kaniko did not build the operator's image:\n${log}`, { cause: error });
  }
  await kubectl(['delete', 'pod', name]);
}

/** deploy/install.yaml with this image and a configuration for this cluster. */
async function manifests(cluster: LocalCluster, image: string, adapt: Adapt): Promise<string> {
  const configuration = JSON.stringify(adapt(await operatorConfiguration(cluster, image)), null, 2);
  const documents = parseAllDocuments(await readFile(join(root, 'deploy', 'install.yaml'), 'utf8'));
  return documents
    .map((document) => {
      const kind = document.get('kind');
      if (kind === 'ConfigMap') {
        document.setIn(['data', 'config.yaml'], configuration);
      }
      if (kind === 'Deployment') {
        document.setIn(['spec', 'template', 'spec', 'containers', 0, 'image'], image);
        // A changed configuration restarts the Pods.
        document.setIn(
          ['spec', 'template', 'metadata', 'annotations', 'imagespec.dev/configuration'],
          createHash('sha256').update(configuration).digest('hex').slice(0, 16),
        );
      }
      return document.toString();
    })
    .join('---\n');
}

type OperatorConfiguration = Awaited<ReturnType<typeof operatorConfiguration>>;

/** The settings of an operator that serves this cluster: its registry stands for the public ones. */
async function operatorConfiguration(cluster: LocalCluster, image: string) {
  const { host } = cluster.registries.plain;
  const proxy = (name: string) => process.env[name] ?? process.env[name.toLowerCase()] ?? null;
  return {
    images: { operator: image, kaniko },
    output: { repositoryTemplate: `${host}/imagespecs/{namespace}/{name}` },
    // Tests push to several registries, as people who try something out may.
    policy: { repositories: ['**'] },
    registries: {
      mirrors: ['docker.io', 'quay.io', 'ghcr.io', 'gcr.io'].map((registry) => ({ host: registry, mirror: host })),
      insecure: [host],
      internal: [cluster.registries.secured.host],
    },
    // Of the stand-in for the notebook image, so that a verdict can be made.
    jupyterHub: { hubVersion: '5.5.4' },
    caBundle: [await privateAuthorities(), await readFile(cluster.registries.secured.ca, 'utf8')]
      .filter((text) => text !== '')
      .join('\n'),
    proxy: { http: proxy('HTTP_PROXY'), https: proxy('HTTPS_PROXY'), noProxy: proxy('NO_PROXY') },
  };
}
