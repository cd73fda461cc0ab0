import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/parse.ts';
import { type Connection, connect } from '../../src/kubernetes/client/connection.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { eventually } from '../../tools/eventually.ts';
import { type Kubectl, kubectlOf, succeed } from '../integration/kubectl.ts';
import { may, patience } from '../integration/rights.ts';
import { chart, type Helm, namespace, openHelm, release } from './helm.ts';

/** The chart on a real API server, in the order of these tests: one release through its life. */
let cluster: LightCluster;
let kubectl: Kubectl;
let admin: Connection;
let helm: Helm;

const deploy = join(import.meta.dirname, '..', '..', 'deploy');
const operator = `system:serviceaccount:${namespace}:imagespec-operator`;

beforeAll(async () => {
  cluster = await startLight('chart');
  kubectl = kubectlOf(cluster.kubectl);
  admin = connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'test' });
  helm = await openHelm(cluster.kubeconfig);
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  for (const [name, labels] of [
    [namespace, restricted],
    ['team-a', {}],
    ['elsewhere', {}],
  ] as const) {
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
    await succeed(kubectl(['create', '-f', '-'], JSON.stringify(manifest)));
  }
}, 600_000);

afterAll(async () => {
  await helm.close();
  await admin.close();
  await cluster.stop();
});

const deploymentShape = z.object({ metadata: z.object({ generation: z.number() }) });

/** Rises with each change of the Deployment. */
async function generation(): Promise<number> {
  const text = await succeed(kubectl(['-n', namespace, 'get', 'deployment', release, '-o', 'json']));
  return deploymentShape.parse(JSON.parse(text)).metadata.generation;
}

function field(kind: string, name: string, path: string): Promise<string> {
  return succeed(kubectl(['-n', namespace, 'get', kind, name, '-o', `jsonpath={${path}}`]));
}

describe('a release', () => {
  it('is installed, says what to do next, and makes Pods that the level "restricted" lets in', async () => {
    const said = await helm.run(['install', release, chart]);
    expect(said).toContain('serves all namespaces');
    expect(said).toContain('ATTENTION: the image registry.example.com/imagespec-operator:0.1.0 exists nowhere');
    expect(said).toContain('config.output.repositoryTemplate is not set');
    expect(said).toContain('config.jupyterHub.hubVersion is not set');
    await eventually('a Pod of the operator', 40, async () => {
      const pods = await succeed(kubectl(['-n', namespace, 'get', 'pods', '-o', 'name']));
      return pods.startsWith('pod/imagespec-operator-') ? true : undefined;
    });
    await untilServed(cluster.kubectl);
    await succeed(kubectl(['-n', 'team-a', 'create', '-f', join(deploy, 'samples', 'package-list.yaml')]));
  });

  it.each([
    ['list imagespecs', 'team-a', 'yes'],
    ['create jobs', 'elsewhere', 'yes'],
    ['list secrets', 'team-a', 'no'],
    ['update leases/imagespec-operator', namespace, 'yes'],
  ])('lets the operator %s in %s: %s', async (request, where, answer) => {
    await expect.poll(may(admin, operator, request, where), patience).toBe(answer);
  });

  it('is upgraded to another configuration, which restarts no Pod', async () => {
    const before = await generation();
    const values = {
      config: { output: { repositoryTemplate: 'r.example/{namespace}/{name}' }, build: { retries: 7 } },
    };
    expect(await helm.run(['upgrade', release, chart], values)).not.toContain('repositoryTemplate is not set');
    expect(await generation()).toBe(before);
    const parsed = parseConfig(await field('configmap', release, '.data.config\\.yaml'));
    expect(parsed).toMatchObject({ ok: true, value: { ...values.config, build: { retries: 7 } } });
    await helm.run(['upgrade', release, chart], values);
    expect(await generation()).toBe(before);
  });

  it('upgrades the CRD', async () => {
    const older = [
      { op: 'remove', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/suspend' },
    ];
    await succeed(kubectl(['patch', 'crd', 'imagespecs.imagespec.dev', '--type=json', '-p', JSON.stringify(older)]));
    await helm.run(['upgrade', release, chart]);
    const path = '.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.suspend.type';
    expect(await field('crd', 'imagespecs.imagespec.dev', path)).toBe('boolean');
  });

  it('needs rights in the namespaces of watch.namespaces only', async () => {
    await helm.run(['upgrade', release, chart], { config: { watch: { namespaces: ['team-a'] } } });
    await expect.poll(may(admin, operator, 'list imagespecs', 'elsewhere'), patience).toBe('no');
    await expect.poll(may(admin, operator, 'list imagespecs', 'team-a'), patience).toBe('yes');
    await expect.poll(may(admin, operator, 'create jobs', 'team-a'), patience).toBe('yes');
    await expect.poll(may(admin, operator, 'get secrets', namespace), patience).toBe('no');
    expect((await kubectl(['auth', 'can-i', 'list', 'imagespecs', '-A', `--as=${operator}`])).stdout.trim()).toBe('no');
  });

  it('asks for rights to what stands in a namespace only, so that Roles can give them all', async () => {
    const listed = await succeed(kubectl(['api-resources', '--namespaced', '-o', 'name', '--no-headers']));
    const namespaced = new Set(listed.trim().split('\n'));
    const rolesShape = z.object({
      rules: z.array(z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()) })),
    });
    const { rules } = rolesShape.parse(
      JSON.parse(await succeed(kubectl(['-n', 'team-a', 'get', 'role', release, '-o', 'json']))),
    );
    const asked = rules.flatMap(({ apiGroups, resources }) =>
      resources.flatMap((name) =>
        apiGroups.map((group) => [name.split('/')[0] ?? '', group].filter(Boolean).join('.')),
      ),
    );
    expect(asked.filter((name) => !namespaced.has(name))).toEqual([]);
    expect(asked.length).toBeGreaterThan(5);
  });

  it('goes and leaves the CRD with every ImageSpec, and takes both over when it comes back', async () => {
    await helm.run(['uninstall', release, '--wait']);
    expect((await kubectl(['-n', namespace, 'get', 'deployment', release])).stderr).toContain('not found');
    await succeed(kubectl(['-n', 'team-a', 'get', 'imagespec', 'astropy']));
    await helm.run(['install', release, chart]);
    await succeed(kubectl(['-n', 'team-a', 'get', 'imagespec', 'astropy']));
  });

  it('takes over from deploy/install.yaml', async () => {
    await helm.run(['uninstall', release, '--wait']);
    await succeed(kubectl(['apply', '--server-side', '--force-conflicts', '-f', join(deploy, 'install.yaml')]));
    await succeed(kubectl(['-n', namespace, 'delete', 'deployment', release]));
    await helm.run(['install', release, chart, '--take-ownership']);
    expect(await field('deployment', release, '.metadata.labels.app\\.kubernetes\\.io/managed-by')).toBe('Helm');
    await succeed(kubectl(['-n', 'team-a', 'get', 'imagespec', 'astropy']));
  });
});
