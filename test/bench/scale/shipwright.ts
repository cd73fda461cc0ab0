import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { shipwright as builtShipwright } from '../../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import { untilServed } from '../../../tools/cluster/served.ts';
import { kubectlOf } from '../../integration/kubectl.ts';
import { writeServiceAccountKubeconfig } from '../../integration/service-account.ts';
import { inParallel, ownedIn } from './api.ts';
import type { Contender } from './contender.ts';
import { startMeasured } from './measured.ts';
import { nameOf, namespaceOf, type Scene } from './scene.ts';

const system = 'shipwright-build';
const account = 'shipwright-build-controller';
const taskRuns = '/apis/tekton.dev/v1/taskruns';

/**
 * Shipwright Build with its defaults: a BuildRun with the whole build in it becomes a TaskRun of Tekton's. Nothing serves the
 * conversion webhooks of the CRDs, so they are taken out.
 */
export async function shipwright(scene: Scene): Promise<Contender> {
  const { cluster, api, base } = scene;
  const { controller, manifests } = await builtShipwright();
  for (const file of manifests) {
    await run(cluster.kubectl, ['create', '-f', '-'], { input: await withoutConversion(file) });
    if (file.endsWith('clusterbuildstrategies.yaml')) {
      await untilServed(cluster.kubectl, 'clusterbuildstrategies.shipwright.io');
    }
  }
  await untilServed(cluster.kubectl, 'buildruns.shipwright.io');
  await untilServed(cluster.kubectl, 'taskruns.tekton.dev');
  const kubeconfig = join(scene.folder, 'shipwright.kubeconfig');
  await writeServiceAccountKubeconfig(
    kubeconfig,
    { kubeconfig: cluster.kubeconfig, kubectl: kubectlOf(cluster.kubectl) },
    { namespace: system, name: account },
  );
  const create = async (number: number): Promise<void> => {
    await api.send({ method: 'POST', path: buildRuns(number), body: buildRun(base.host, number) });
  };
  // Shipwright knows no edit: a BuildRun is run once, and a new build is another BuildRun.
  const firstRequest = 1_000_000;
  return {
    name: 'shipwright',
    user: `system:serviceaccount:${system}:${account}`,
    makes: 'create taskruns',
    reports: 'update buildruns/status',
    collection: taskRuns,
    start: () =>
      startMeasured({
        command: controller,
        args: [],
        env: { KUBECONFIG: kubeconfig, BUILD_CONTROLLER_LEADER_ELECTION_NAMESPACE: system },
        log: join(cluster.folder, 'shipwright.log'),
      }),
    create,
    prepareSettled: async () => undefined,
    settle: async (count) => {
      const found = await ownedIn(api, taskRuns);
      if (found.length < count) throw new Error(`${found.length} TaskRuns of ${count}`);
      await inParallel(found.length, 8, async (index) => {
        const { name, owner } = found[index] ?? { name: '', owner: '' };
        await endTaskRun(scene, namespaceOf(Number(owner.slice(nameOf(0).length - 1))), name);
      });
    },
    isDone: async (number) => isSucceeded(await api.send({ method: 'GET', path: buildRuns(number, nameOf(number)) })),
    request: async (round) => {
      await create(firstRequest + round);
      return firstRequest + round;
    },
    endWell: (number, taskRun) => endTaskRun(scene, namespaceOf(number), taskRun),
  };
}

async function withoutConversion(file: string): Promise<string> {
  const documents = parseAllDocuments(await readFile(file, 'utf8'));
  for (const document of documents) {
    if (document.hasIn(['spec', 'conversion'])) document.deleteIn(['spec', 'conversion']);
  }
  return documents.map(String).join('---\n');
}

function buildRuns(number: number, ...more: readonly string[]): string {
  return ['/apis/shipwright.io/v1beta1/namespaces', namespaceOf(number), 'buildruns', ...more].join('/');
}

function buildRun(host: string, number: number): object {
  return {
    apiVersion: 'shipwright.io/v1beta1',
    kind: 'BuildRun',
    metadata: { name: nameOf(number), namespace: namespaceOf(number) },
    spec: {
      build: {
        spec: {
          strategy: { kind: 'ClusterBuildStrategy', name: 'kaniko' },
          output: { image: `${host}/shipwright/${namespaceOf(number)}/${nameOf(number)}` },
          env: [{ name: 'IMAGE_NUMBER', value: String(number) }],
        },
      },
    },
  };
}

/** Tekton would write this once the TaskRun's Pod has ended. */
async function endTaskRun({ api }: Scene, namespace: string, name: string): Promise<number> {
  const at = Date.now();
  const now = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  await api.send({
    method: 'PATCH',
    path: `/apis/tekton.dev/v1/namespaces/${namespace}/taskruns/${name}/status`,
    body: {
      status: {
        startTime: now,
        completionTime: now,
        podName: `${name}-pod`,
        conditions: [
          {
            type: 'Succeeded',
            status: 'True',
            reason: 'Succeeded',
            message: 'All Steps have completed executing',
            lastTransitionTime: now,
          },
        ],
      },
    },
  });
  return at;
}

const buildRunSchema = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }).optional(),
});

function isSucceeded(object: unknown): boolean {
  return (
    buildRunSchema
      .parse(object)
      .status?.conditions.some(({ type, status }) => type === 'Succeeded' && status === 'True') ?? false
  );
}
