import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { commandLine } from '../support/commandLine.ts';
import { kubectlOf, succeed } from './kubectl.ts';

/** PrimeHub's objects at a real API server; its CRDs take any spec, as its own do (facts: no bounds, no patterns). */
let cluster: LightCluster;

const kinds = { images: 'Image', imagespecs: 'ImageSpec', imagespecjobs: 'ImageSpecJob' };

function crd([plural, kind]: readonly [string, string]) {
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.primehub.io` },
    spec: {
      group: 'primehub.io',
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
    },
  };
}

function object(kind: string, namespace: string, name: string, spec: object) {
  return { apiVersion: 'primehub.io/v1alpha1', kind, metadata: { name, namespace }, spec };
}

function importPrimehub(...argv: readonly string[]) {
  return commandLine(['import-primehub', ...argv]);
}

beforeAll(async () => {
  cluster = await startLight('primehub');
  vi.stubEnv('KUBECONFIG', cluster.kubeconfig);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await cluster.stop();
});

it('says so where there is no PrimeHub', async () => {
  const { code, err } = await importPrimehub('--from-cluster');
  expect(code).toBe(3);
  expect(err).toContain('is this the cluster with PrimeHub');
});

it('reads Images, ImageSpecs and ImageSpecJobs of all namespaces, or of one', async () => {
  const kubectl = kubectlOf(cluster.kubectl);
  const apply = (objects: readonly object[]) =>
    succeed(kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })));
  await apply(Object.entries(kinds).map(crd));
  await Promise.all(Object.keys(kinds).map((plural) => untilServed(cluster.kubectl, `${plural}.primehub.io`)));
  await succeed(kubectl(['create', 'namespace', 'hub']));
  await apply([
    object('Image', 'hub', 'plain', { displayName: 'Plain', url: 'jupyter/base-notebook:1' }),
    object('ImageSpec', 'hub', 'with-packages', { baseImage: 'jupyter/base-notebook', packages: { pip: ['astropy'] } }),
    object('ImageSpecJob', 'default', 'job', { baseImage: 'jupyter/base-notebook', targetImage: 'r.example/team/job' }),
  ]);
  const all = await importPrimehub('--from-cluster');
  expect(all.err).toContain('3 carried over');
  expect(all.code).toBe(0);
  expect(all.out).toContain('baseImage: jupyter/base-notebook:1');
  const one = await importPrimehub('--from-cluster', '--namespace', 'hub');
  expect(one.err).toContain('2 carried over');
  expect(one.out).not.toContain('name: job');
});

it('wants files or a cluster, not both', async () => {
  expect((await importPrimehub()).code).toBe(2);
  expect((await importPrimehub('--from-cluster', '--filename', 'x')).code).toBe(2);
});
