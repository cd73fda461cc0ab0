import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type ClusterOptions, getImageSpec, sentence, withCluster } from '../../src/cli/cluster.ts';
import { answerOf } from '../../src/kubernetes/answer.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { type Kubectl, kubectlOf, succeed } from './kubectl.ts';

/** What a person reads who asks for an ImageSpec that cannot be had, from a real API server. */
let cluster: LightCluster;
let kubectl: Kubectl;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-cluster-'));
  cluster = await startLight('cli-cluster');
  kubectl = kubectlOf(cluster.kubectl);
});

afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The ImageSpec's name and namespace, or what is told instead. */
async function read(name: string, options: ClusterOptions = {}): Promise<string> {
  let told = '';
  const io = { err: (text: string) => (told += text) };
  await withCluster({ kubeconfig: cluster.kubeconfig, ...options }, io, async (opened) => {
    const found = await getImageSpec(opened, name);
    told = found.ok ? `${found.value.namespace}/${found.value.name}` : found.failure;
    return 0;
  });
  return told;
}

const kubeconfig = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.looseObject({ server: z.string() }) })),
  users: z.array(z.looseObject({ name: z.string() })),
  contexts: z.array(z.looseObject({ context: z.looseObject({}) })),
});

/** The administrator's kubeconfig with something else in it. */
async function changed(change: (config: z.output<typeof kubeconfig>) => void): Promise<string> {
  const config = kubeconfig.parse(parse(await readFile(cluster.kubeconfig, 'utf8')));
  change(config);
  const path = join(folder, 'changed.yaml');
  await writeFile(path, stringify(config));
  return path;
}

it('says that the operator is not installed', async () => {
  expect(await read('astro')).toContain('knows no ImageSpecs: install the operator');
});

it('finds an ImageSpec in the namespace of the option, of the context, or in default', async () => {
  await succeed(kubectl(['create', '-f', join(import.meta.dirname, '..', '..', 'crds')]));
  await untilServed(cluster.kubectl);
  await succeed(kubectl(['create', 'namespace', 'vision']));
  for (const namespace of ['default', 'vision']) {
    const manifest = {
      apiVersion: 'imagespec.dev/v1alpha1',
      kind: 'ImageSpec',
      metadata: { name: 'astro', namespace },
      spec: { baseImage: 'jupyter/minimal-notebook' },
    };
    await succeed(kubectl(['create', '-f', '-'], JSON.stringify(manifest)));
  }
  expect(await read('astro')).toBe('default/astro');
  expect(await read('astro', { namespace: 'vision' })).toBe('vision/astro');
  const ofVision = await changed(({ contexts }) => {
    for (const { context } of contexts) {
      context['namespace'] = 'vision';
    }
  });
  expect(await read('astro', { kubeconfig: ofVision })).toBe('vision/astro');
});

it('names what is there when the name is wrong', async () => {
  expect(await read('astra')).toBe('there is no ImageSpec "astra" in namespace "default"; there is astro');
  expect(await read('astro', { namespace: 'nobody' })).toBe(
    'there is no ImageSpec "astro" in namespace "nobody", nor any other; choose another namespace with -n',
  );
});

it('says which role is missing', async () => {
  await succeed(kubectl(['create', 'serviceaccount', 'stranger']));
  const token = (await succeed(kubectl(['create', 'token', 'stranger']))).trim();
  const stranger = await changed((config) => {
    config.users = config.users.map(({ name }) => ({ name, user: { token } }));
  });
  const told = await read('astro', { kubeconfig: stranger });
  expect(told).toContain('cannot read ImageSpec "astro" in namespace "default"');
  expect(told).toContain('User "system:serviceaccount:default:stranger" cannot get resource "imagespecs"');
  expect(told).toContain('role "view"');
});

it('says that credentials are not taken, or nobody answers, or there is no such context or file', async () => {
  const wrong = await changed((config) => {
    config.users = config.users.map(({ name }) => ({ name, user: { token: 'wrong' } }));
  });
  expect(await read('astro', { kubeconfig: wrong })).toContain('does not take these credentials; log in again');
  const elsewhere = await changed((config) => {
    config.clusters = config.clusters.map((entry) => ({
      ...entry,
      cluster: { ...entry.cluster, server: 'https://127.0.0.1:3' },
    }));
  });
  expect(await read('astro', { kubeconfig: elsewhere })).toContain(
    'ECONNREFUSED; is the cluster at https://127.0.0.1:3 running',
  );
  expect(await read('astro', { context: 'nothing' })).toContain('context "nothing" names no cluster; choose one of:');
  expect(await read('astro', { kubeconfig: join(folder, 'missing.yaml') })).toContain('missing.yaml');
});

it('says the same of anything else that a command reads', async () => {
  let told = '';
  await withCluster({ kubeconfig: cluster.kubeconfig }, { err: () => undefined }, async (opened) => {
    const { connection, namespace } = opened;
    const answer = await answerOf(() => connection.core.readNamespacedConfigMap({ namespace, name: 'astro-contents' }));
    told = answer.is === 'ok' ? '' : sentence(opened, answer, { verb: 'read', what: 'ConfigMap "astro-contents"' });
    return 0;
  });
  expect(told).toBe('there is no ConfigMap "astro-contents" in namespace "default"');
});
