import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { chartValues } from '../chart/values.ts';
import { chartFolder, hasAddress, type Project, root } from '../release/project.ts';
import { generatedFrom, table } from './markdown.ts';
import { type Setting, settingRows, settingsOf } from './settings.ts';

const valuesSource = 'tools/chart/values.ts and src/config/schema.ts';
const rulesSource = 'the roles of deploy/base/ and deploy/jupyterhub/';

function madeFrom(source: string): string {
  return `# Made from ${source} by \`npm run generate\`. Do not edit.\n`;
}

/** The example of Artifact Hub's page: README.md's. */
const example = parse(readFileSync(join(root, 'deploy', 'samples', 'package-list.yaml'), 'utf8'));

/**
 * Chart.yaml: chart and operator have one version, that of package.json.
 *
 * @param annotations further ones, of a release.
 */
export function chartYaml(project: Project, annotations: Readonly<Record<string, string>>): string {
  const { name, version, description, license, url } = project;
  const chart = {
    apiVersion: 'v2',
    name,
    type: 'application',
    description,
    version,
    appVersion: version,
    // The versions whose API servers the CRD is tried on begin here.
    kubeVersion: '>=1.34.0-0',
    keywords: ['jupyterhub', 'kaniko', 'container-image', 'operator'],
    // An address for examples is none that a page may show.
    ...(hasAddress(project)
      ? { home: url, sources: [url], icon: `${url}/raw/v${version}/charts/${name}/icon.svg` }
      : {}),
    annotations: {
      'artifacthub.io/license': license,
      'artifacthub.io/operator': 'true',
      'artifacthub.io/operatorCapabilities': 'Seamless Upgrades',
      'artifacthub.io/category': 'ai-machine-learning',
      'artifacthub.io/crds': stringify([
        {
          kind: 'ImageSpec',
          version: 'v1alpha1',
          name: 'imagespecs.imagespec.dev',
          displayName: 'ImageSpec',
          description: 'An image: a base with packages and environment variables, or a Dockerfile',
        },
      ]),
      'artifacthub.io/crdsExamples': stringify([example]),
      ...(hasAddress(project)
        ? { 'artifacthub.io/links': stringify([{ name: 'Documentation', url: `${url}/blob/v${version}/README.md` }]) }
        : {}),
      ...annotations,
    },
  };
  return madeFrom('package.json') + stringify(chart, { lineWidth: 0 });
}

/** values.schema.json: Helm refuses a value that is not in it, with its path. */
export function valuesSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(chartValues, { io: 'input' }), null, 2)}\n`;
}

/** values.yaml: every value with its meaning and default. */
export function valuesYaml(): string {
  const blocks = Object.entries(settingsOf(chartValues).properties).flatMap(([name, setting]) => {
    const lines =
      name === 'config'
        ? [...comment(setting.description), 'config: {}', ...groupLines(setting).map(asExample)]
        : settingLines(name, setting);
    return lines.length === 0 ? [] : [`\n${lines.join('\n')}\n`];
  });
  return madeFrom(valuesSource) + blocks.join('');
}

/** The default of each setting of the configuration is shown and not set: the operator alone applies it. */
function asExample(line: string): string {
  return `  # ${line}`;
}

function settingLines(name: string, setting: Setting): readonly string[] {
  const inner = groupLines(setting);
  if (inner.length > 0) {
    return [...comment(setting.description), `${name}:`, ...inner.map((line) => `  ${line}`)];
  }
  if (setting.description === undefined) {
    return [];
  }
  const value = setting.default === undefined ? `${name}:` : stringify({ [name]: setting.default }).trimEnd();
  return [...comment(setting.description), ...value.split('\n')];
}

function groupLines({ properties }: Setting): readonly string[] {
  return Object.entries(properties).flatMap(([name, child]) => settingLines(name, child));
}

const commentWidth = 110;

function comment(text = ''): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= commentWidth) {
      lines.push(`# ${word}`);
    } else {
      lines[lines.length - 1] = `${last} ${word}`;
    }
  }
  return lines;
}

/** The chart's own README.md. */
export function chartReadme(project: Project): string {
  const { config, ...own } = settingsOf(chartValues).properties;
  return `${generatedFrom(valuesSource)}
# Helm chart of the ImageSpec operator

\`\`\`
helm install imagespec-operator oci://${chartFolder(project)}/${project.name} --version ${project.version} \\
  --namespace imagespec-operator-system --create-namespace --values my-values.yaml
\`\`\`

- The operator takes a changed \`config\` without a restart, a minute or two after the upgrade. One that it does not accept is
  reported in its log and by \`imagespec_config_current\`; it goes on with the last one.
- The CRD is upgraded with the chart and outlives \`helm uninstall\`; a new release of the same name and namespace takes it over
  again, one of another name needs \`--take-ownership\`. Whoever manages the CRD otherwise sets \`crds.enabled=false\`.
- An operator that came from \`deploy/install.yaml\`: delete its Deployment, whose labels differ, then
  \`helm install imagespec-operator … --take-ownership\` takes over the rest. ImageSpecs and running builds stay.
- With \`config.watch.namespaces\` the operator has rights in these namespaces only. \`crds\` and \`userRoles\` are the whole
  cluster's all the same; switch them off if another team owns them.
- Each destination of \`config.jupyterHub.publish\` gives the operator a Role for its ConfigMap in the Hub's namespace, which must
  exist; \`hubRoles\` lets the Hub read it.
- Two releases beside each other serve different namespaces (\`config.watch.namespaces\`). The second one has \`crds.enabled=false\`
  and \`userRoles.create=false\`, as these are the cluster's.

${table(
  ['value', 'meaning', 'default', 'values'],
  [
    ...settingRows('', { required: [], properties: own }),
    ['`config`', config?.description ?? '', '`{}`', '[docs/configuration.md](../../docs/configuration.md)'],
  ],
)}`;
}

const ruleShape = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});
const roleShape = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
  rules: z.array(ruleShape),
});
const objectShape = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

/**
 * files/rules.yaml: what the operator and people may do, from deploy/base, so that the chart's rules are no second list.
 *
 * @param rbac text of deploy/base/rbac.yaml.
 * @param userRoles text of deploy/base/user-roles.yaml.
 * @param publish text of deploy/jupyterhub/rbac-operator.yaml.
 * @param hub text of deploy/jupyterhub/rbac-hub.yaml.
 * @throws Error when the manifests hold an object that the chart's templates do not know.
 */
export function chartRules(rbac: string, userRoles: string, publish: string, hub: string): string {
  const rules: Record<string, unknown> = {};
  for (const object of documents(rbac)) {
    const { kind, metadata } = objectShape.parse(object);
    const place = `${kind}/${metadata.name}`;
    switch (place) {
      case 'ClusterRole/imagespec-operator':
        rules['operator'] = roleShape.parse(object).rules;
        break;
      case 'Role/imagespec-operator-leader-election':
        rules['leaderElection'] = roleShape.parse(object).rules;
        break;
      case 'ServiceAccount/imagespec-operator':
      case 'ClusterRoleBinding/imagespec-operator':
      case 'RoleBinding/imagespec-operator-leader-election':
        break;
      default:
        throw new Error(`${place} of deploy/base/rbac.yaml is in no template of the chart: add it there and here`);
    }
  }
  rules['publish'] = publishRules(publish);
  rules['hub'] = publishRules(hub).rules;
  rules['userRoles'] = documents(userRoles).map((object) => {
    const role = roleShape.parse(object);
    const labels = Object.entries(role.metadata.labels).filter(([key]) => key.startsWith('rbac.authorization.k8s.io/'));
    return { name: role.metadata.name, aggregation: Object.fromEntries(labels), rules: role.rules };
  });
  return madeFrom(rulesSource) + stringify(rules);
}

/** The rules of one destination, and the ConfigMap that stands there for each destination's own. */
function publishRules(publish: string): { readonly configMap: string; readonly rules: readonly unknown[] } {
  const role = documents(publish).find((object) => objectShape.parse(object).kind === 'Role');
  const { rules } = roleShape.parse(role);
  const [configMap, ...others] = new Set(rules.flatMap(({ resourceNames }) => resourceNames ?? []));
  if (configMap === undefined || others.length > 0) {
    throw new Error('a Role of deploy/jupyterhub/ names not exactly one ConfigMap');
  }
  return { configMap, rules };
}

const policyShape = z.object({ kind: z.literal('NetworkPolicy'), spec: z.looseObject({}) });

/**
 * files/network-policies.yaml: the specs of the NetworkPolicies, so that the chart's are no second ones.
 *
 * @param operator text of deploy/base/network-policy.yaml.
 * @param open text of deploy/network-policy/builds.yaml.
 * @param closed text of deploy/network-policy/public-only/builds.yaml.
 */
export function chartNetworkPolicies(operator: string, open: string, closed: string): string {
  const specOf = (text: string) => documents(text).map((object) => policyShape.parse(object).spec)[0];
  const specs = { operator: specOf(operator), builds: { Open: specOf(open), Closed: specOf(closed) } };
  return madeFrom('deploy/base/network-policy.yaml and deploy/network-policy/') + stringify(specs);
}

function documents(text: string): readonly unknown[] {
  return parseAllDocuments(text).map((document): unknown => document.toJS());
}
