import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type ClusterOptions, getImageSpec, sentence, withCluster } from '../../../src/cli/live/cluster.ts';
import { answerOf } from '../../../src/kubernetes/client/answer.ts';
import { typed } from '../../support/apiserver/typed.ts';
import { succeed } from '../kubectl.ts';
import { openPlace, type Place } from '../place.ts';
import { createImageSpec } from '../statuses.ts';

/** Messages about an ImageSpec that a user cannot read, from a real API server. */
let here: Place;
let there: Place;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-cluster-'));
  here = await openPlace('cli-cluster');
  there = await openPlace('cli-cluster-other');
  for (const { admin, namespace } of [here, there]) {
    await createImageSpec(admin, namespace, 'astro');
  }
});

afterAll(async () => {
  await here.admin.close();
  await there.admin.close();
  await rm(folder, { recursive: true, force: true });
});

/** The ImageSpec's name and namespace, or the reported failure. */
async function read(name: string, options: ClusterOptions = {}): Promise<string> {
  let printed = '';
  const io = { err: (text: string) => (printed += text) };
  await withCluster({ kubeconfig: here.cluster.kubeconfig, ...options }, io, async (opened) => {
    const found = await getImageSpec(opened, name);
    printed = found.ok ? `${found.value.namespace}/${found.value.name}` : found.failure;
    return 0;
  });
  return printed;
}

const kubeconfig = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.looseObject({ server: z.string() }) })),
  users: z.array(z.looseObject({ name: z.string() })),
  contexts: z.array(z.looseObject({ context: z.looseObject({}) })),
});

/** The administrator's kubeconfig with something else in it. */
async function changed(change: (config: z.output<typeof kubeconfig>) => void): Promise<string> {
  const config = kubeconfig.parse(parse(await readFile(here.cluster.kubeconfig, 'utf8')));
  change(config);
  const path = join(folder, 'changed.yaml');
  await writeFile(path, stringify(config));
  return path;
}

it('says that the operator is not installed', async () => {
  // To an API server without the CRD its group is a path like any other that it does not serve.
  const without = await changed((config) => {
    config.clusters = config.clusters.map((entry) => ({
      ...entry,
      cluster: { ...entry.cluster, server: `${entry.cluster.server}/not-installed` },
    }));
  });
  expect(await read('astro', { kubeconfig: without })).toContain('has no ImageSpecs: install the operator');
});

it('finds an ImageSpec in the namespace of the option, of the context, or in default', async () => {
  const { namespace } = here;
  expect(await read('astro', { namespace })).toBe(`${namespace}/astro`);
  const ofTheOther = await changed(({ contexts }) => {
    for (const { context } of contexts) {
      context['namespace'] = there.namespace;
    }
  });
  expect(await read('astro', { kubeconfig: ofTheOther })).toBe(`${there.namespace}/astro`);
  expect(await read('astro', { kubeconfig: ofTheOther, namespace })).toBe(`${namespace}/astro`);
  expect(await read('astro')).toContain('namespace "default" has no ImageSpec "astro"');
});

it('names what is there when the name is wrong', async () => {
  const { namespace } = here;
  expect(await read('astra', { namespace })).toBe(`namespace "${namespace}" has no ImageSpec "astra"; it has astro`);
  expect(await read('astro', { namespace: 'missing' })).toBe(
    'namespace "missing" has no ImageSpec "astro" and no other; choose another namespace with -n',
  );
});

it('says which role is missing', async () => {
  const { kubectl, namespace } = here;
  await succeed(kubectl(['create', 'serviceaccount', 'stranger']));
  const token = (await succeed(kubectl(['create', 'token', 'stranger']))).trim();
  const stranger = await changed((config) => {
    config.users = config.users.map(({ name }) => ({ name, user: { token } }));
  });
  const printed = await read('astro', { kubeconfig: stranger, namespace });
  expect(printed).toContain(`cannot read ImageSpec "astro" in namespace "${namespace}"`);
  expect(printed).toContain(`User "system:serviceaccount:${namespace}:stranger" cannot get resource "imagespecs"`);
  expect(printed).toContain('role "view"');
});

it('reports rejected credentials, an unreachable server, and a missing context or file', async () => {
  const wrong = await changed((config) => {
    config.users = config.users.map(({ name }) => ({ name, user: { token: 'wrong' } }));
  });
  expect(await read('astro', { kubeconfig: wrong })).toContain('rejects these credentials; log in again');
  const elsewhere = await changed((config) => {
    config.clusters = config.clusters.map((entry) => ({
      ...entry,
      cluster: { ...entry.cluster, server: 'https://127.0.0.1:3' },
    }));
  });
  expect(await read('astro', { kubeconfig: elsewhere })).toContain(
    'ECONNREFUSED; check that the cluster at https://127.0.0.1:3 runs',
  );
  expect(await read('astro', { context: 'nothing' })).toContain('context "nothing" names no cluster; choose one of:');
  expect(await read('astro', { kubeconfig: join(folder, 'missing.yaml') })).toContain('missing.yaml');
});

it('says the same of anything else that a command reads', async () => {
  let printed = '';
  await withCluster(
    { kubeconfig: here.cluster.kubeconfig, namespace: here.namespace },
    { err: () => undefined },
    async (opened) => {
      const { connection, namespace } = opened;
      const answer = await answerOf(() =>
        typed(connection).core.readNamespacedConfigMap({ namespace, name: 'astro-contents' }),
      );
      printed =
        answer.is === 'ok' ? '' : sentence(opened, answer, { verb: 'read', what: 'ConfigMap "astro-contents"' });
      return 0;
    },
  );
  expect(printed).toBe(`namespace "${here.namespace}" has no ConfigMap "astro-contents"`);
});
