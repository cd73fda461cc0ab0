import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import { group, kind, manager, plural, version } from '../../../src/api/names.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import type { Config } from '../../../src/config/schema.ts';
import { planOf } from '../../../src/dockerfile/plan.ts';
import { immutableTag, inputHash } from '../../../src/imagespec/inputHash.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import { untilServed } from '../../../tools/cluster/served.ts';
import { kubectlOf } from '../../integration/kubectl.ts';
import { writeServiceAccountKubeconfig } from '../../integration/service-account.ts';
import { inParallel } from './api.ts';
import type { Contender } from './contender.ts';
import { type Program, startMeasured } from './measured.ts';
import { nameOf, namespaceOf, type Scene } from './scene.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const system = 'imagespec-operator-system';
/** Above every number of resources: here no limit of the platform is measured. */
const concurrency = 10_000;

/** Bundles this checkout's operator: what its image runs. */
export async function bundleOperator(): Promise<void> {
  await run(join(root, 'node_modules', '.bin', 'rolldown'), ['--config', 'rolldown.config.ts'], { cwd: root });
}

/** Path of the collection in a namespace, or of one resource. */
export function pathOf(number: number, ...more: readonly string[]): string {
  return [`/apis/${group}/${version}/namespaces`, namespaceOf(number), plural, ...more].join('/');
}

/** The ImageSpec of a number as JSON; all differ, so that each is an image of its own. */
export function imageSpec({ base }: Pick<Scene, 'base'>, number: number): object {
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name: nameOf(number), namespace: namespaceOf(number) },
    spec: specOf(base.reference, String(number)),
  };
}

/** Lists as users have them: a few of the system, a dozen of pip. */
function specOf(baseImage: string, value: string): ImageSpecSpec {
  return {
    displayName: `Image ${value}`,
    baseImage,
    packages: {
      apt: ['git', 'graphviz'],
      pip: [
        'numpy>=2,<3',
        'pandas[excel]==2.3.*',
        'scipy',
        'matplotlib>=3.9',
        'scikit-learn',
        'seaborn~=0.13',
        'polars',
        'pyarrow',
        'requests>=2.32',
        'jupyterlab-git',
        'ipywidgets',
        'tqdm',
      ],
    },
    env: [{ name: 'IMAGE_NUMBER', value }],
  };
}

/**
 * Installs the operator's CRD and rights, and says how it is measured.
 * @param profiles where each process leaves its CPU profile; null: there is none
 */
export async function ours(scene: Scene, profiles: string | null): Promise<Contender> {
  const { cluster, api, base } = scene;
  await run(cluster.kubectl, ['create', '-f', join(root, 'deploy', 'install.yaml')]);
  await untilServed(cluster.kubectl);
  const text = configurationFor(scene);
  const config = parseConfig(text);
  if (!config.ok) throw new Error(config.failure);
  const program = await programOf(scene, text, profiles);
  const edit = (number: number, value: string) =>
    api.send({
      method: 'PATCH',
      path: pathOf(number, nameOf(number)),
      body: { spec: { env: [{ name: 'IMAGE_NUMBER', value }] } },
    });
  return {
    name: 'operator',
    user: `system:serviceaccount:${system}:${manager}`,
    makes: 'create jobs',
    reports: 'patch imagespecs/status',
    collection: '/apis/batch/v1/jobs',
    start: () => startMeasured(program),
    create: async (number) => {
      await api.send({ method: 'POST', path: pathOf(number), body: imageSpec(scene, number) });
    },
    prepareSettled: (count) =>
      inParallel(count, 8, async (number) => {
        await base.copyTo(repositoryOf(number), tagOf(scene, config.value, number));
      }),
    // ImageReused: no Job was made.
    settle: async () => undefined,
    isDone: async (number) => isReady(await api.send({ method: 'GET', path: pathOf(number, nameOf(number)) })),
    request: async (round) => {
      await edit(round, `edited ${round}`);
      return round;
    },
    endWell: (number, job) => endJob(scene, namespaceOf(number), job),
  };
}

function configurationFor({ base: { host } }: Scene): string {
  return JSON.stringify({
    images: { operator: 'example.com/operator:1', kaniko: 'example.com/kaniko:1' },
    // Nothing runs here that could launch an image.
    jupyterHub: { probe: { mode: 'Disabled' } },
    output: { repositoryTemplate: `${host}/imagespecs/{namespace}/{name}` },
    policy: { repositories: [`${host}/imagespecs/{namespace}/*`] },
    build: { concurrency, concurrencyPerNamespace: concurrency },
    registries: { insecure: [host] },
  });
}

async function programOf({ cluster, folder }: Scene, configuration: string, profiles: string | null): Promise<Program> {
  const [config, kubeconfig] = [join(folder, 'config.yaml'), join(folder, 'operator.kubeconfig')];
  await writeFile(config, configuration);
  await writeServiceAccountKubeconfig(
    kubeconfig,
    { kubeconfig: cluster.kubeconfig, kubectl: kubectlOf(cluster.kubectl) },
    { namespace: system, name: manager },
  );
  return {
    command: process.execPath,
    args: [
      ...(await nodeFlags()),
      ...(profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
      join(root, 'dist', 'main.js'),
      'operator',
    ],
    env: {
      KUBECONFIG: kubeconfig,
      IMAGESPEC_CONFIG: config,
      IMAGESPEC_HEALTH_PORT: '0',
      POD_NAMESPACE: system,
      POD_NAME: 'bench',
    },
    log: join(cluster.folder, 'operator.log'),
  };
}

/** The flags of Node.js with which the operator's image runs. */
async function nodeFlags(): Promise<readonly string[]> {
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(await readFile(join(root, 'Dockerfile'), 'utf8'))?.[1];
  return z
    .array(z.string())
    .parse(JSON.parse(entrypoint ?? ''))
    .filter((word) => word.startsWith('--'));
}

function repositoryOf(number: number): string {
  return `imagespecs/${namespaceOf(number)}/${nameOf(number)}`;
}

/** The immutable tag that the operator will look for. */
function tagOf({ base: { reference, digest } }: Scene, config: Config, number: number): string {
  const spec = specOf(reference, String(number));
  const plan = planOf({ namespace: namespaceOf(number), name: nameOf(number), spec }, config);
  if (!plan.ok) throw new Error(plan.failure.message);
  return immutableTag(inputHash(plan.value.spec, [{ image: reference, digest, user: '1000' }]), null);
}

const imageSpecSchema = z.object({
  metadata: z.object({ generation: z.number() }),
  status: z.object({
    conditions: z
      .array(z.object({ type: z.string(), status: z.string(), observedGeneration: z.number().optional() }))
      .default([]),
  }),
});

function isReady(object: unknown): boolean {
  const { metadata, status } = imageSpecSchema.parse(object);
  return status.conditions.some(
    (condition) =>
      condition.type === 'Ready' && condition.status === 'True' && condition.observedGeneration === metadata.generation,
  );
}

const jobSchema = z.object({
  metadata: z.object({ uid: z.string() }),
  spec: z.object({
    template: z.object({
      metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({ containers: z.tuple([z.looseObject({ args: z.array(z.string()) })], z.unknown()) }),
    }),
  }),
});

/** What Job controller, kubelet and the containers would do: a Pod of the Job, an image at its destination, and an end. */
async function endJob({ api, base }: Scene, namespace: string, name: string): Promise<number> {
  const job = jobSchema.parse(
    await api.send({ method: 'GET', path: `/apis/batch/v1/namespaces/${namespace}/jobs/${name}` }),
  );
  const { metadata, spec } = job.spec.template;
  const [{ args }] = spec.containers;
  const destination = args[args.indexOf('--destination') + 1] ?? '';
  const [repository = '', tag = ''] = destination.slice(base.host.length + 1).split(':');
  await base.copyTo(repository, tag);
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const pod = `${name}-${randomUUID().slice(0, 5)}`;
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid: job.metadata.uid, controller: true };
  const labels = { ...metadata.labels, 'job-name': name, 'batch.kubernetes.io/job-name': name };
  await api.send({
    method: 'POST',
    path: pods,
    body: { metadata: { ...metadata, name: pod, labels, ownerReferences: [owner] }, spec },
  });
  const ended = (container: string, message: string) => ({
    name: container,
    state: {
      terminated: { exitCode: 0, message, reason: 'Completed', finishedAt: new Date().toISOString() },
    },
    image: 'x',
    imageID: '',
    ready: false,
    restartCount: 0,
  });
  const at = Date.now();
  await api.send({
    method: 'PATCH',
    path: `${pods}/${pod}/status`,
    body: {
      status: {
        phase: 'Succeeded',
        initContainerStatuses: [ended('build', '')],
        containerStatuses: [ended('push', `${base.host}/${repository}@${base.digest}`)],
      },
    },
  });
  return at;
}
