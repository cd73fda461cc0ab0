import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../../src/config/parse.ts';
import { chartValues } from '../../tools/chart/values.ts';
import { settingRows, settingsOf } from '../../tools/generate/settings.ts';
import { chart, type Helm, type KubernetesObject, namespace, objectsIn, openHelm, release } from './helm.ts';

const deploy = join(import.meta.dirname, '..', '..', 'deploy');
const install = objectsIn(await readFile(join(deploy, 'install.yaml'), 'utf8'));
const publishRole = find(
  objectsIn(await readFile(join(deploy, 'jupyterhub', 'rbac-operator.yaml'), 'utf8')),
  'Role',
  `${release}-publish`,
);
const platform: unknown = parse(await readFile(join(deploy, 'policy', 'operator-config.yaml'), 'utf8'));

let helm: Helm;
let byDefault: readonly KubernetesObject[];

beforeAll(async () => {
  helm = await openHelm();
  byDefault = await helm.template({});
}, 600_000);

afterAll(() => helm.close());

function placeOf({ kind, metadata }: KubernetesObject): string {
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}

function find(objects: readonly KubernetesObject[], kind: string, name = release): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) {
    throw new Error(`no ${kind} ${name} among ${objects.map(placeOf).join(', ')}`);
  }
  return found;
}

/** Two ways to install have labels and annotations of their own; all else is one. */
const ownMarks = new Set([
  'app.kubernetes.io/instance',
  'app.kubernetes.io/version',
  'app.kubernetes.io/managed-by',
  'helm.sh/chart',
  'helm.sh/resource-policy',
]);

function withoutMarks(object: KubernetesObject): unknown {
  const data = object.kind === 'ConfigMap' ? { data: configOf([object]) } : {};
  const text = JSON.stringify(
    { ...object, ...data, metadata: { ...object.metadata, labels: {} } },
    (key, value: unknown) => (ownMarks.has(key) ? undefined : value),
  );
  const plain: unknown = JSON.parse(text.replaceAll(',"annotations":{}', ''));
  return plain;
}

/** The configuration with which the operator would start. */
function configOf(objects: readonly KubernetesObject[]): unknown {
  const { data } = z.looseObject({ data: z.object({ 'config.yaml': z.string() }) }).parse(find(objects, 'ConfigMap'));
  const parsed = parseConfig(data['config.yaml']);
  return parsed.ok ? parsed.value : parsed.failure;
}

const rulesOf = (object: KubernetesObject) => z.looseObject({ rules: z.array(z.unknown()) }).parse(object).rules;

describe('the chart as it is', () => {
  it('has nothing that helm lint minds', async () => {
    expect(await helm.run(['lint', '--strict', chart])).toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  it("makes the objects of deploy/install.yaml, but for the namespace, which is Helm's to make", () => {
    const expected = install.filter(({ kind }) => kind !== 'Namespace').map(placeOf);
    expect(byDefault.map(placeOf).toSorted()).toEqual(expected.toSorted());
  });

  it.each(install.filter(({ kind }) => kind !== 'Namespace'))('makes $kind $metadata.name as it is there', (object) => {
    const made = find(byDefault, object.kind, object.metadata.name);
    expect(withoutMarks(made)).toEqual(withoutMarks(object));
    expect(made.metadata.labels).toMatchObject(object.metadata.labels);
  });

  it('has the operator start with the defaults and with its own image', () => {
    const defaults = parseConfig('images: {operator: "registry.example.com/imagespec-operator:0.1.0"}');
    expect(configOf(byDefault)).toEqual(defaults.ok ? defaults.value : defaults.failure);
  });
});

describe('values', () => {
  it('gives the operator its configuration as written', async () => {
    const parsed = parseConfig(await readFile(join(deploy, 'policy', 'operator-config.yaml'), 'utf8'));
    expect(configOf(await helm.template({ config: platform }))).toEqual(parsed.ok ? parsed.value : parsed.failure);
  });

  it('loses nothing of what Helm reads as something else: large numbers, hours, nested and empty values', async () => {
    const override = {
      mem_limit: '8G',
      limits: { 'nvidia.com/gpu': '1' },
      list: [1, 'yes', null, { b: true }],
      big: 2 ** 53,
    };
    const config = {
      images: { operator: 'registry.example.com/imagespec-operator:0.1.0' },
      baseUpdates: { window: { days: ['Sat'], start: '22:00', end: '06:30' } },
      jupyterHub: {
        probe: { uid: 4_294_967_294 },
        profiles: [{ name: 'gpu', displayName: 'on', kubespawnerOverride: override }],
      },
    };
    const parsed = parseConfig(JSON.stringify(config));
    expect(configOf(await helm.template({ config }))).toEqual(parsed.ok ? parsed.value : parsed.failure);
  });

  it('changes no Pod when the configuration changes: the operator takes it without a restart', async () => {
    const changed = await helm.template({ config: { build: { concurrency: 3 } } });
    expect(find(changed, 'Deployment')).toEqual(find(byDefault, 'Deployment'));
    expect(find(changed, 'ConfigMap')).not.toEqual(find(byDefault, 'ConfigMap'));
  });

  /** Each value of values.yaml with another one, and where that shows. */
  const effects: readonly (readonly [string, unknown, string, string])[] = [
    ['image.repository', 'registry.my.org/op', 'Deployment', 'registry.my.org/op:0.1.0'],
    ['image.tag', '0.2.0', 'Deployment', 'imagespec-operator:0.2.0'],
    ['image.digest', `sha256:${'a'.repeat(64)}`, 'ConfigMap', `imagespec-operator@sha256:${'a'.repeat(64)}`],
    ['image.pullPolicy', 'Always', 'Deployment', '"imagePullPolicy":"Always"'],
    ['imagePullSecrets', [{ name: 'regcred' }], 'Deployment', '"imagePullSecrets":[{"name":"regcred"}]'],
    ['replicas', 2, 'Deployment', '"replicas":2'],
    ['podDisruptionBudget.maxUnavailable', '50%', 'PodDisruptionBudget', '"maxUnavailable":"50%"'],
    ['crds.annotations', { a: 'b' }, 'CustomResourceDefinition', '"a":"b","helm.sh/resource-policy":"keep"'],
    ['serviceAccount.name', 'builder', 'ClusterRoleBinding', '"subjects":[{"kind":"ServiceAccount","name":"builder"'],
    ['serviceAccount.annotations', { role: 'arn' }, 'ServiceAccount', '"role":"arn"'],
    ['resources', { limits: { memory: '1Gi' } }, 'Deployment', '"memory":"1Gi"'],
    ['networkPolicy.operator.metricsFrom', [{ podSelector: {} }], 'NetworkPolicy', '"from":[{"podSelector":{}}]'],
    ['networkPolicy.builds.namespaces', ['team-a'], 'NetworkPolicy', '"namespace":"team-a"'],
    ['extraEnv', [{ name: 'NO_PROXY', value: 'x' }], 'Deployment', '{"name":"NO_PROXY","value":"x"}'],
    ['extraVolumes', [{ name: 'ca' }], 'Deployment', '{"name":"ca"}'],
    ['extraVolumeMounts', [{ name: 'ca', mountPath: '/ca' }], 'Deployment', '{"mountPath":"/ca","name":"ca"}'],
    ['podSecurityContext', { runAsUser: 7 }, 'Deployment', '"runAsUser":7'],
    ['securityContext', { privileged: false }, 'Deployment', '"privileged":false'],
    ['livenessProbe', { failureThreshold: 9 }, 'Deployment', '"failureThreshold":9'],
    ['readinessProbe', { failureThreshold: 8 }, 'Deployment', '"failureThreshold":8'],
    ['strategy', { type: 'Recreate' }, 'Deployment', '"strategy":{"type":"Recreate"}'],
    ['revisionHistoryLimit', 3, 'Deployment', '"revisionHistoryLimit":3'],
    ['deploymentAnnotations', { reloader: 'no' }, 'Deployment', '"reloader":"no"'],
    ['dnsPolicy', 'Default', 'Deployment', '"dnsPolicy":"Default"'],
    ['dnsConfig', { searches: ['a'] }, 'Deployment', '"dnsConfig":{"searches":["a"]}'],
    ['logFormat', 'pretty', 'Deployment', '"args":["operator","--log-format=pretty"]'],
    ['existingConfigMap', 'mine', 'Deployment', '"configMap":{"name":"mine"}'],
    ['service.annotations', { scrape: 'yes' }, 'Service', '"scrape":"yes"'],
    ['podLabels', { team: 'hub' }, 'Deployment', '"team":"hub"'],
    ['podAnnotations', { scrape: 'yes' }, 'Deployment', '"scrape":"yes"'],
    ['nodeSelector', { pool: 'system' }, 'Deployment', '"nodeSelector":{"pool":"system"}'],
    ['tolerations', [{ operator: 'Exists' }], 'Deployment', '"tolerations":[{"operator":"Exists"}]'],
    ['affinity', { podAntiAffinity: {} }, 'Deployment', '"affinity":{"podAntiAffinity":{}}'],
    ['topologySpreadConstraints', [{ maxSkew: 1 }], 'Deployment', '"topologySpreadConstraints":[{"maxSkew":1}]'],
    ['priorityClassName', 'high', 'Deployment', '"priorityClassName":"high"'],
    ['nameOverride', 'isop', 'Deployment', '"app.kubernetes.io/name":"isop"'],
    ['fullnameOverride', 'isop', 'Deployment', '"name":"isop"'],
  ];

  /** Values that take an object away. */
  const switches: readonly (readonly [string, readonly string[]])[] = [
    ['podDisruptionBudget.enabled', ['PodDisruptionBudget']],
    ['crds.enabled', ['CustomResourceDefinition']],
    ['networkPolicy.operator.enabled', ['NetworkPolicy']],
    ['service.enabled', ['Service']],
    ['dashboard.enabled', [`ConfigMap/${release}-dashboard`]],
    ['rbac.create', ['ClusterRoleBinding', 'Role', 'RoleBinding']],
    ['userRoles.create', ['ClusterRole/imagespec-view', 'ClusterRole/imagespec-edit']],
  ];

  function valuesWith(path: string, value: unknown): object {
    const nested = path.split('.').reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
    return { replicas: 2, ...z.record(z.string(), z.unknown()).parse(nested) };
  }

  it.each(effects)('%s is honoured', async (path, value, kind, shown) => {
    const objects = await helm.template(valuesWith(path, value));
    const texts = objects.filter((object) => object.kind === kind).map((object) => JSON.stringify(object));
    expect(texts.join('\n')).toContain(shown);
  });

  it.each(switches)('%s: false takes away what it stands for', async (path, gone) => {
    const kinds = async (value: boolean) =>
      (await helm.template(valuesWith(path, value))).flatMap(({ kind, metadata }) => [
        kind,
        `${kind}/${metadata.name}`,
      ]);
    expect(await kinds(true)).toEqual(expect.arrayContaining([...gone]));
    expect((await kinds(false)).filter((kind) => gone.includes(kind))).toEqual([]);
  });

  it('uses the service account that stands in for its own', async () => {
    const objects = await helm.template({ serviceAccount: { create: false, name: 'mine' } });
    expect(objects.map(({ kind }) => kind)).not.toContain('ServiceAccount');
    expect(JSON.stringify(find(objects, 'Deployment'))).toContain('"serviceAccountName":"mine"');
    await expect(helm.template({ serviceAccount: { create: false } })).rejects.toThrow('serviceAccount.name: name the');
  });

  it('deletes the CRD with the release on request', async () => {
    expect(find(byDefault, 'CustomResourceDefinition', 'imagespecs.imagespec.dev').metadata.annotations).toEqual({
      'helm.sh/resource-policy': 'keep',
    });
    const objects = await helm.template({ crds: { keep: false } });
    expect(find(objects, 'CustomResourceDefinition', 'imagespecs.imagespec.dev').metadata.annotations).toEqual({});
  });

  it('has a test for each value', () => {
    const { config: _, ...own } = settingsOf(chartValues).properties;
    const all = settingRows('', { required: [], properties: own }).map(([path = '']) => path.replaceAll('`', ''));
    const others = [
      'crds.keep',
      'serviceAccount.create',
      'networkPolicy.builds.enabled',
      'networkPolicy.builds.privateAddresses',
      'networkPolicy.builds.extraEgress',
      // test/chart/chart-more.test.ts
      'adaptSecurityContext',
      'commonLabels',
      'extraObjects',
      'hubRoles.create',
      'hubRoles.serviceAccountName',
      'dashboard.labels',
      'dashboard.annotations',
      ...['serviceMonitor', 'prometheusRule'].flatMap((name) =>
        ['enabled', 'renderMode', 'labels'].map((value) => `${name}.${value}`),
      ),
      'serviceMonitor.interval',
      'prometheusRule.runbookUrl',
    ];
    expect(
      [...effects, ...switches]
        .map(([path]) => path)
        .concat(others)
        .toSorted(),
    ).toEqual(all.toSorted());
  });

  it('makes no budget for one replica, which would keep its node from being drained', () => {
    expect(byDefault.map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
  });
});

describe('watch.namespaces', () => {
  const rules = rulesOf(find(install, 'ClusterRole'));

  it('gives the rules of the ClusterRole in these namespaces only', async () => {
    const objects = await helm.template({ config: { watch: { namespaces: ['team-a', 'team-b'] } } });
    const roles = objects.filter(({ kind, metadata }) => kind === 'Role' && metadata.name === release);
    expect(roles.map((role) => [role.metadata.namespace, rulesOf(role)])).toEqual([
      ['team-a', rules],
      ['team-b', rules],
    ]);
    const bindings = objects.filter(({ kind, metadata }) => kind === 'RoleBinding' && metadata.name === release);
    const subjects = [{ kind: 'ServiceAccount', name: release, namespace }];
    expect(bindings).toMatchObject([
      { metadata: { namespace: 'team-a' }, subjects },
      { metadata: { namespace: 'team-b' }, subjects },
    ]);
    const clusterWide = objects.filter(({ kind }) => kind.startsWith('ClusterRole')).map(placeOf);
    expect(clusterWide).toEqual(['ClusterRole/imagespec-view', 'ClusterRole/imagespec-edit']);
  });
});

describe('the NetworkPolicy of builds', () => {
  const shipped = async (path: string) =>
    specOf(find(objectsIn(await readFile(join(deploy, path), 'utf8')), 'NetworkPolicy', 'imagespec-builds'));
  const specOf = (object: KubernetesObject) =>
    z.looseObject({ spec: z.looseObject({ egress: z.array(z.unknown()) }) }).parse(object).spec;
  const ofBuilds = (objects: readonly KubernetesObject[]) =>
    objects.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === `${release}-builds`);

  it('is the one of deploy/, in each namespace that is watched or named, once', async () => {
    const objects = await helm.template({
      config: { watch: { namespaces: ['team-a', 'team-b'] } },
      networkPolicy: { builds: { namespaces: ['team-b', 'team-c'] } },
    });
    const spec = await shipped('network-policy/builds.yaml');
    expect(ofBuilds(objects).map((object) => [object.metadata.namespace, specOf(object)])).toEqual([
      ['team-a', spec],
      ['team-b', spec],
      ['team-c', spec],
    ]);
  });

  it('closes private addresses on request, but for what is named', async () => {
    const registry = { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }] };
    const builds = { namespaces: ['team-a'], privateAddresses: 'Closed', extraEgress: [registry] };
    const spec = await shipped('network-policy/public-only/builds.yaml');
    const [made] = ofBuilds(await helm.template({ networkPolicy: { builds } }));
    expect(made && specOf(made)).toEqual({ ...spec, egress: [...spec.egress, registry] });
  });

  it('is not made on request', async () => {
    const config = { watch: { namespaces: ['team-a'] } };
    expect(ofBuilds(await helm.template({ config, networkPolicy: { builds: { enabled: false } } }))).toEqual([]);
  });
});

describe('jupyterHub.publish', () => {
  it('gives the rules of deploy/jupyterhub for the ConfigMaps of each destination, and no other', async () => {
    const publish = [
      { namespace: 'hub' },
      { namespace: 'gpu-hub', configMap: 'gpu' },
      { namespace: 'gpu-hub', configMap: 'mpi' },
    ];
    const objects = await helm.template({ config: { jupyterHub: { publish } } });
    const roles = objects.filter(({ kind, metadata }) => kind === 'Role' && metadata.name === `${release}-publish`);
    const one = JSON.stringify(rulesOf(publishRole));
    const two: unknown = JSON.parse(one.replaceAll('["imagespec-profiles"]', '["gpu","mpi"]'));
    expect(roles.map((role) => [role.metadata.namespace, rulesOf(role)])).toEqual([
      ['gpu-hub', two],
      ['hub', rulesOf(publishRole)],
    ]);
    const bindings = objects.filter(
      ({ kind, metadata }) => kind === 'RoleBinding' && metadata.name === `${release}-publish`,
    );
    expect(bindings.map(({ metadata }) => metadata.namespace)).toEqual(['gpu-hub', 'hub']);
  });
});

describe('values.schema.json', () => {
  it.each<[string, object, string]>([
    ['an unknown value', { replicaCount: 2 }, "at '': additional properties 'replicaCount' not allowed"],
    [
      'an unknown setting',
      { config: { build: { timeout: 3 } } },
      "at '/config/build': additional properties 'timeout'",
    ],
    ['a value out of bounds', { config: { build: { retries: 99 } } }, "at '/config/build/retries': maximum"],
    ['a value of another type', { config: { build: { retries: 'many' } } }, "at '/config/build/retries': got string"],
    ['an unknown word', { config: { logLevel: 'loud' } }, "at '/config/logLevel': value must be one of"],
    ['a broken text', { config: { cache: { repositoryTemplate: 'Up' } } }, "at '/config/cache/repositoryTemplate'"],
    [
      'a cache for all',
      { config: { cache: { repositoryTemplate: 'r.io/c' } } },
      "at '/config/cache/repositoryTemplate'",
    ],
    [
      'a placeholder',
      { config: { output: { repositoryTemplate: 'r.io/{a}' } } },
      "at '/config/output/repositoryTemplate'",
    ],
    ['a namespace twice', { config: { watch: { namespaces: ['a', 'a'] } } }, "at '/config/watch/namespaces'"],
    [
      'an incomplete entry',
      { config: { pipIndexes: [{ name: 'a' }] } },
      "at '/config/pipIndexes/0': missing property 'url'",
    ],
    ['a digest that is none', { image: { digest: 'latest' } }, "at '/image/digest'"],
  ])('refuses %s and names the place', async (_, values, message) => {
    await expect(helm.template(values)).rejects.toThrow(message);
  });

  it('lets in what Helm and a chart that depends on this one put there', async () => {
    expect(await helm.template({ global: { registry: 'x' }, enabled: true })).toHaveLength(byDefault.length);
  });
});
