import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { type Kubectl, succeed } from './kubectl.ts';
import { openPlace, type Place } from './place.ts';
import { may, patience } from './rights.ts';

const deploy = join(import.meta.dirname, '..', '..', 'deploy');
const namespace = 'imagespec-operator-system';
const operator = `system:serviceaccount:${namespace}:imagespec-operator`;

/** A namespace of users. */
let users: Place;
let kubectl: Kubectl;

beforeAll(async () => {
  users = await openPlace('deploy-users');
  ({ kubectl } = users);
});

afterAll(() => users.admin.close());

const named = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });

function objects(yaml: string): readonly unknown[] {
  return parseAllDocuments(yaml)
    .map((document) => named.parse(document.toJS()))
    .toSorted((a, b) => `${a.kind}/${a.metadata.name}`.localeCompare(`${b.kind}/${b.metadata.name}`));
}

it('holds the same objects by kustomize and as one file', async () => {
  const byKustomize = objects(await succeed(kubectl(['kustomize', join(deploy, 'base')])));
  expect(objects(await readFile(join(deploy, 'install.yaml'), 'utf8'))).toEqual(byKustomize);
});

it('is installed without a word of warning, of Pod Security for one', () => {
  expect(inject('installed')).toMatchObject({ exitCode: 0, stderr: '' });
});

it('makes a Pod that its namespace, of the Pod Security level "restricted", lets in', async () => {
  const pods = ['get', 'pods', '-n', namespace, '-l', 'app.kubernetes.io/name=imagespec-operator', '-o', 'name'];
  await expect.poll(async () => (await kubectl(pods)).stdout, patience).toMatch(/^pod\/imagespec-operator-/);
});

it.each([
  ['get imagespecs', 'yes'],
  ['list imagespecs', 'yes'],
  ['watch imagespecs', 'yes'],
  ['patch imagespecs --subresource=status', 'yes'],
  ['create jobs', 'yes'],
  ['delete jobs', 'yes'],
  ['list pods', 'yes'],
  ['create pods', 'yes'],
  ['delete pods', 'yes'],
  ['get configmaps', 'yes'],
  ['create configmaps', 'yes'],
  ['update configmaps', 'yes'],
  ['list events', 'yes'],
  ['get pods --subresource=log', 'yes'],
  ['get secrets', 'yes'],
  ['create events.events.k8s.io', 'yes'],
  ['create imagespecs', 'no'],
  ['patch imagespecs', 'no'],
  ['update imagespecs', 'no'],
  ['delete imagespecs', 'no'],
  ['list secrets', 'no'],
  ['watch secrets', 'no'],
  ['create secrets', 'no'],
  ['patch jobs', 'no'],
  ['create pods --subresource=exec', 'no'],
  ['list configmaps', 'no'],
  ['delete configmaps', 'no'],
  ['patch pods', 'no'],
  ['get leases', 'no'],
  ['create leases', 'no'],
])('answers whether the operator may %s in a namespace of users: %s', async (request, answer) => {
  await expect.poll(may(users.admin, operator, request, users.namespace), patience).toBe(answer);
});

it.each([
  ['create leases', 'yes'],
  ['get leases/imagespec-operator', 'yes'],
  ['update leases/imagespec-operator', 'yes'],
  ['update leases/another', 'no'],
  ['delete leases/imagespec-operator', 'no'],
])('answers whether the operator may %s in its own namespace: %s', async (request, answer) => {
  await expect.poll(may(users.admin, operator, request, namespace), patience).toBe(answer);
});

it.each([
  ['view', 'get imagespecs', 'yes'],
  ['view', 'create imagespecs', 'no'],
  ['edit', 'create imagespecs', 'yes'],
  ['edit', 'patch imagespecs --subresource=status', 'no'],
  ['admin', 'delete imagespecs', 'yes'],
])('answers whether a person with the role %s may %s: %s', async (role, request, answer) => {
  await kubectl(['create', 'rolebinding', role, `--clusterrole=${role}`, `--user=${role}`]);
  await expect.poll(may(users.admin, role, request, users.namespace), patience).toBe(answer);
});
