import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alerts } from '../../tools/monitoring/alerts.ts';
import { chart, type Helm, type KubernetesObject, namespace, objectsIn, openHelm, release } from './helm.ts';

let helm: Helm;

beforeAll(async () => {
  helm = await openHelm();
}, 600_000);

afterAll(() => helm.close());

/** The objects in a cluster that serves these APIs too. */
async function templateWith(apis: readonly string[], values: object): Promise<readonly KubernetesObject[]> {
  const flags = apis.flatMap((api) => ['--api-versions', api]);
  return objectsIn(await helm.run(['template', release, chart, ...flags], values));
}

const ofKind = (objects: readonly KubernetesObject[], kind: string) => objects.filter((object) => object.kind === kind);
const monitoring = ['monitoring.coreos.com/v1'];

describe.each([
  ['ServiceMonitor', 'serviceMonitor'],
  ['PrometheusRule', 'prometheusRule'],
])('the %s', (kind, name) => {
  it('is made where the cluster has the Prometheus Operator, and left out elsewhere', async () => {
    expect(ofKind(await templateWith(monitoring, {}), kind)).toHaveLength(1);
    expect(ofKind(await templateWith([], {}), kind)).toEqual([]);
    expect(ofKind(await templateWith(monitoring, { [name]: { enabled: false } }), kind)).toEqual([]);
  });

  it('is made everywhere, or its absence refused, on request', async () => {
    expect(ofKind(await templateWith([], { [name]: { renderMode: 'always' } }), kind)).toHaveLength(1);
    await expect(templateWith([], { [name]: { renderMode: 'failIfMissing' } })).rejects.toThrow(
      `the cluster has no ${kind}`,
    );
    expect(ofKind(await templateWith(monitoring, { [name]: { renderMode: 'failIfMissing' } }), kind)).toHaveLength(1);
  });

  it('has the labels by which a Prometheus selects it', async () => {
    const [made] = ofKind(await templateWith(monitoring, { [name]: { labels: { release: 'prometheus' } } }), kind);
    expect(made?.metadata.labels).toMatchObject({ release: 'prometheus' });
  });
});

it('selects the Service of the release, every so often', async () => {
  const objects = await templateWith(monitoring, { serviceMonitor: { interval: '7s' } });
  const [monitor] = ofKind(objects, 'ServiceMonitor');
  const [service] = ofKind(objects, 'Service');
  const shape = z.looseObject({
    spec: z.object({
      selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
      endpoints: z.array(z.object({ port: z.string(), interval: z.string() })),
    }),
  });
  const { selector, endpoints } = shape.parse(monitor).spec;
  expect(service?.metadata.labels).toMatchObject(selector.matchLabels);
  expect(endpoints).toMatchObject([{ port: 'http', interval: '7s' }]);
});

it('has every alert as it is, but for the address of its page', async () => {
  const url = { prometheusRule: { runbookUrl: 'https://wiki.example.com/runbooks/' } };
  const [rule] = ofKind(await templateWith(monitoring, url), 'PrometheusRule');
  const shape = z.looseObject({
    spec: z.object({
      groups: z.tuple([
        z.looseObject({
          rules: z.array(
            z.looseObject({
              alert: z.string(),
              expr: z.string(),
              annotations: z.object({ summary: z.string(), runbook_url: z.string() }),
            }),
          ),
        }),
      ]),
    }),
  });
  const [{ rules }] = shape.parse(rule).spec.groups;
  expect(
    rules.map(({ alert, expr, annotations }) => [alert, expr, annotations.summary, annotations.runbook_url]),
  ).toEqual(
    alerts.map(({ name, expression, summary }) => [
      name,
      expression,
      summary,
      `https://wiki.example.com/runbooks/${name}.md`,
    ]),
  );
});

it("has a dashboard for Grafana's sidecar", async () => {
  const dashboard = { enabled: true, labels: { dashboards: 'yes' }, annotations: { folder: 'Hub' } };
  const made = ofKind(await templateWith([], { dashboard }), 'ConfigMap').find(
    ({ metadata }) => metadata.name === `${release}-dashboard`,
  );
  expect(made?.metadata).toMatchObject({ labels: { dashboards: 'yes' }, annotations: { folder: 'Hub' } });
  const { data } = z.looseObject({ data: z.record(z.string(), z.string()) }).parse(made);
  const shipped = await readFile(join(chart, 'files', 'dashboard.json'), 'utf8');
  expect(JSON.parse(data['imagespec-operator.json'] ?? '')).toEqual(JSON.parse(shipped));
});

describe('adaptSecurityContext', () => {
  const openShift = ['security.openshift.io/v1'];
  const users = async (apis: readonly string[], values: object) => {
    const [deployment] = ofKind(await templateWith(apis, values), 'Deployment');
    const found = [...JSON.stringify(deployment).matchAll(/"(runAsUser|runAsGroup|fsGroup)"/g)];
    return found.flatMap(([, name]) => (name === undefined ? [] : [name])).toSorted();
  };

  it.each<[string, readonly string[], object, readonly string[]]>([
    ['elsewhere', [], {}, ['runAsGroup', 'runAsUser']],
    ['on OpenShift', openShift, {}, []],
    ['by force', [], { adaptSecurityContext: 'Force' }, []],
    ['never', openShift, { adaptSecurityContext: 'Disabled' }, ['runAsGroup', 'runAsUser']],
    ['and those of values', openShift, { podSecurityContext: { fsGroup: 1 }, securityContext: { runAsUser: 1 } }, []],
  ])('leaves users and groups to OpenShift: %s', async (_, apis, values, expected) => {
    expect(await users(apis, values)).toEqual(expected);
  });

  it('keeps what restricted-v2 asks for', async () => {
    const [deployment] = ofKind(await templateWith(openShift, {}), 'Deployment');
    const text = JSON.stringify(deployment);
    for (const wanted of [
      '"runAsNonRoot":true',
      '"seccompProfile":{"type":"RuntimeDefault"}',
      '"allowPrivilegeEscalation":false',
      '"drop":["ALL"]',
    ]) {
      expect(text).toContain(wanted);
    }
  });
});

it('has common labels on all objects, and on Pods', async () => {
  const objects = await templateWith(monitoring, {
    commonLabels: { team: 'hub' },
    dashboard: { enabled: true },
    replicas: 2,
    config: { watch: { namespaces: ['a'] }, jupyterHub: { publish: [{ namespace: 'hub' }] } },
  });
  expect(objects.filter(({ metadata }) => metadata.labels['team'] !== 'hub')).toEqual([]);
  expect(JSON.stringify(ofKind(objects, 'Deployment'))).toMatch(
    /"template":\{"metadata":\{"labels":\{[^}]*"team":"hub"/,
  );
});

it('makes further objects, with templates of the release in them', async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: '{{ .Release.Name }}-more', namespace: '{{ .Release.Namespace }}' },
  };
  const [made] = ofKind(await templateWith([], { extraObjects: [secret] }), 'Secret');
  expect(made?.metadata).toMatchObject({ name: `${release}-more`, namespace });
});

it('takes the ConfigMap of an administrator and makes none itself', async () => {
  const objects = await templateWith([], { existingConfigMap: 'mine', config: { build: { retries: 1 } } });
  expect(ofKind(objects, 'ConfigMap')).toEqual([]);
});

describe('the Role of a Hub', () => {
  const config = {
    jupyterHub: {
      publish: [
        { namespace: 'hub' },
        { namespace: 'gpu-hub', configMap: 'gpu' },
        { namespace: 'gpu-hub', configMap: 'mpi' },
      ],
    },
  };
  const rolesOf = (objects: readonly KubernetesObject[]) =>
    ofKind(objects, 'Role').filter(({ metadata }) => metadata.name === `${release}-hub`);

  it("lets the Hub read the ConfigMaps of its namespace, as deploy/jupyterhub's does, and nothing else", async () => {
    const objects = await templateWith([], { config, hubRoles: { serviceAccountName: 'my-hub' } });
    const rules = (names: readonly string[]) => [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: names, verbs: ['get'] },
    ];
    expect(rolesOf(objects)).toMatchObject([
      { metadata: { namespace: 'gpu-hub' }, rules: rules(['gpu', 'mpi']) },
      { metadata: { namespace: 'hub' }, rules: rules(['imagespec-profiles']) },
    ]);
    const bindings = ofKind(objects, 'RoleBinding').filter(({ metadata }) => metadata.name === `${release}-hub`);
    expect(bindings).toMatchObject([
      { subjects: [{ kind: 'ServiceAccount', name: 'my-hub', namespace: 'gpu-hub' }] },
      { subjects: [{ kind: 'ServiceAccount', name: 'my-hub', namespace: 'hub' }] },
    ]);
  });

  it('is left out on request', async () => {
    expect(rolesOf(await templateWith([], { config, hubRoles: { create: false } }))).toEqual([]);
  });
});

it('has nothing in common with a second release in the same namespace, but for what is switched off there', async () => {
  const watch = (name: string) => ({ watch: { namespaces: [name] } });
  const first = objectsIn(await helm.run(['template', 'one', chart], { config: watch('a') }));
  const second = objectsIn(
    await helm.run(['template', 'two', chart], {
      config: watch('b'),
      crds: { enabled: false },
      userRoles: { create: false },
    }),
  );
  const places = (objects: readonly KubernetesObject[]) =>
    objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`);
  expect(places(first).filter((place) => places(second).includes(place))).toEqual([]);
  for (const [name, objects] of [
    ['one', first],
    ['two', second],
  ] as const) {
    const lease = `${name}-imagespec-operator`;
    expect(JSON.stringify(ofKind(objects, 'Deployment'))).toContain(
      `{"name":"IMAGESPEC_LEASE_NAME","value":"${lease}"}`,
    );
    expect(JSON.stringify(ofKind(objects, 'Role'))).toContain(`"resourceNames":["${lease}"]`);
  }
});

describe('what no schema can say', () => {
  it.each<[string, object, string]>([
    ['the Secret of the cache', { cache: { secret: 'push' } }, 'config.cache.secret: must not be'],
    [
      'a pull Secret',
      { registries: { pullSecrets: [{ host: 'docker.io', secret: 'push' }] } },
      'config.registries.pullSecrets (docker.io): must not be',
    ],
    [
      "the Hub's Secret",
      { jupyterHub: { publish: [{ namespace: 'hub', pullSecret: 'push' }] } },
      'config.jupyterHub.publish (hub): pullSecret must not be',
    ],
  ])('is refused before the operator would: %s', async (_, more, message) => {
    const config = { output: { pushSecret: 'push' }, ...more };
    await expect(helm.template({ config })).rejects.toThrow(message);
  });
});
