import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { untilServed } from '../../../tools/cluster/served.ts';
import { commandLine } from '../../support/commandLine.ts';
import { succeed } from '../kubectl.ts';
import { apiServer, openPlace, type Place } from '../place.ts';

/** PrimeHub's objects at a real API server; its CRDs take any spec, as its own do (no bounds, no patterns). */
let hub: Place;
let other: Place;

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
  hub = await openPlace('primehub');
  other = await openPlace('primehub-other');
  vi.stubEnv('KUBECONFIG', hub.cluster.kubeconfig);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await hub.admin.close();
  await other.admin.close();
});

it('says so where there is no PrimeHub', async () => {
  const { code, err } = await importPrimehub('--from-cluster');
  expect(code).toBe(3);
  expect(err).toContain('is this the cluster with PrimeHub');
});

it('reads Images, ImageSpecs and ImageSpecJobs of all namespaces, or of one', async () => {
  const { kubectl } = await apiServer();
  const apply = (objects: readonly object[]) =>
    succeed(kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })));
  await apply(Object.entries(kinds).map(crd));
  await Promise.all(Object.keys(kinds).map((plural) => untilServed(hub.cluster.kubectl, `${plural}.primehub.io`)));
  await apply([
    object('Image', hub.namespace, 'plain', { displayName: 'Plain', url: 'jupyter/base-notebook:1' }),
    object('ImageSpec', hub.namespace, 'with-packages', {
      baseImage: 'jupyter/base-notebook',
      packages: { pip: ['astropy'] },
    }),
    object('ImageSpecJob', other.namespace, 'job', {
      baseImage: 'jupyter/base-notebook',
      targetImage: 'r.example/team/job',
    }),
  ]);
  const all = await importPrimehub('--from-cluster');
  expect(all.err).toContain('3 converted');
  expect(all.code).toBe(0);
  expect(all.out).toContain('baseImage: jupyter/base-notebook:1');
  const one = await importPrimehub('--from-cluster', '--namespace', hub.namespace);
  expect(one.err).toContain('2 converted');
  expect(one.out).not.toContain('name: job');
});

it('wants files or a cluster, not both', async () => {
  expect((await importPrimehub()).code).toBe(2);
  expect((await importPrimehub('--from-cluster', '--filename', 'x')).code).toBe(2);
});
