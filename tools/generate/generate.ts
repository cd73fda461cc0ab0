/**
 * `npm run generate` writes everything that follows from another file: types, manifests and pages of docs/;
 * `npm run generate -- --check` only compares, names each stale file and then fails.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { admissionManifest } from '../../src/cli/commands/policy.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { readHostileRecord } from '../../test/bench/hostile/record.ts';
import { readScaleRecord } from '../../test/bench/scale/record.ts';
import { readCrd } from '../crd/crd.ts';
import { stamped, stampedFiles, versionModule } from '../release/documents/stamp.ts';
import { readProject } from '../release/project.ts';
import { readRecord } from '../suites/record.ts';
import { withAgreement } from './agreement-docs.ts';
import { apiPage } from './api-docs.ts';
import { argocdPack } from './argocd/pack.ts';
import { chartNetworkPolicies, chartReadme, chartRules, chartYaml, valuesSchema, valuesYaml } from './chart.ts';
import { cliPage } from './cli-docs.ts';
import { conditionsPage, configurationPage, metricsPage } from './docs.ts';
import { withGitops } from './gitops/page.ts';
import { fieldPage } from './inputs/field-docs.ts';
import { inputsPage } from './inputs/inputs-docs.ts';
import { withCauses } from './lifecycle-docs.ts';
import { withHostile, withMeasured } from './measured-docs.ts';
import { monitoringFiles } from './monitoring.ts';
import { scaleChart, withScale } from './performance/page.ts';
import { brokenProofs, reliabilityPage } from './reliability/page.ts';
import { rows as reliabilityRows } from './reliability/rows.ts';
import { renderingPage } from './rendering-docs.ts';
import { schemaModule, statusBoundsModule } from './schema.ts';
import { withSuites } from './testing-docs.ts';
import { generateTypes } from './types.ts';

interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly content: string;
}

const root = join(import.meta.dirname, '..', '..');
const project = readProject();
const fullExample = 'docs/example.yaml';
const exampleConfig = 'deploy/policy/operator-config.yaml';
const lifecyclePath = 'docs/lifecycle.md';
const hostilePath = 'docs/hostile.md';
const performancePath = 'docs/performance.md';
const gitopsPath = 'docs/gitops.md';
const testingPath = 'docs/testing.md';
const benchRecord = 'test/records/bench.json';
const crdPath = 'crds/imagespec.dev_imagespecs.yaml';
const agreementPath = 'docs/jupyterhub.md';
const basePath = 'deploy/base';
const publishRole = 'deploy/jupyterhub/rbac-operator.yaml';
const hubRole = 'deploy/jupyterhub/rbac-hub.yaml';
const networkPolicies = [
  `${basePath}/network-policy.yaml`,
  'deploy/network-policy/builds.yaml',
  'deploy/network-policy/public-only/builds.yaml',
];
const chartPath = 'charts/imagespec-operator';

/** A kustomization with any other field (a patch, an image, a namePrefix) would need kustomize itself. */
const kustomizationShape = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  resources: z.array(z.string()),
});

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const files = await generateFiles();
if (options.check) {
  await check(files);
} else {
  await Promise.all(files.map(({ path, content }) => writeFile(join(root, path), content)));
}

/** The policy of the example configuration. */
async function admissionPolicyExample(): Promise<string> {
  const config = parseConfig(await readFile(join(root, exampleConfig), 'utf8'));
  if (!config.ok) {
    throw new Error(`${exampleConfig}: ${config.failure}`);
  }
  return `# Made from ${exampleConfig} by \`npm run generate\`; make your own with \`kubectl imagespec policy --config FILE\`.\n${admissionManifest(config.value)}`;
}

async function generateFiles(): Promise<readonly GeneratedFile[]> {
  const crd = await readFile(join(root, crdPath), 'utf8');
  const content = `# Copy of ${crdPath}, made by \`npm run generate\`. Do not edit.\n${crd}`;
  const crdCopy: GeneratedFile = { path: `${basePath}/crd.yaml`, content };
  return [
    { path: 'src/api/imagespec.generated.ts', content: await generateTypes(parse(crd)) },
    { path: 'src/cli/manifests/schema.generated.ts', content: schemaModule(readCrd(crd)) },
    { path: 'src/cli/version.generated.ts', content: versionModule(project.version) },
    { path: 'src/api/statusBounds.generated.ts', content: statusBoundsModule(readCrd(crd)) },
    crdCopy,
    { path: `${chartPath}/files/crd.yaml`, content },
    ...(await chartFiles()),
    ...(await argocdPack(root)),
    ...monitoringFiles(chartPath),
    ...(await Promise.all(stampedFiles.map(async (path) => ({ path, content: await readStamped(path) })))),
    { path: 'deploy/install.yaml', content: await renderInstall(crdCopy) },
    { path: 'deploy/policy/validating-admission-policy.yaml', content: await admissionPolicyExample() },
    { path: 'docs/api.md', content: apiPage(readCrd(crd), JSON.stringify(parse(crd)).length) },
    { path: 'docs/cli.md', content: cliPage() },
    { path: 'docs/rendering.md', content: renderingPage(await readFile(join(root, fullExample), 'utf8')) },
    { path: 'docs/inputs.md', content: inputsPage() },
    { path: 'docs/field.md', content: await fieldPage() },
    { path: 'docs/configuration.md', content: configurationPage(await readStamped(exampleConfig)) },
    { path: 'docs/conditions.md', content: conditionsPage() },
    { path: agreementPath, content: withAgreement(await readFile(join(root, agreementPath), 'utf8')) },
    { path: 'docs/metrics.md', content: metricsPage() },
    { path: lifecyclePath, content: await lifecyclePage() },
    { path: 'docs/reliability.md', content: await reliability() },
    {
      path: hostilePath,
      content: withHostile(await readFile(join(root, hostilePath), 'utf8'), await readHostileRecord()),
    },
    ...(await performanceFiles()),
    { path: gitopsPath, content: await withGitops(root, await readFile(join(root, gitopsPath), 'utf8')) },
    { path: testingPath, content: await withSuites(await readFile(join(root, testingPath), 'utf8')) },
  ];
}

/** A file by hand, with the version and the registry of package.json where it names them. */
async function readStamped(path: string): Promise<string> {
  return stamped(await readFile(join(root, path), 'utf8'), project);
}

/** @throws when a test that the page links to is gone */
async function reliability(): Promise<string> {
  const broken = await brokenProofs(root, reliabilityRows);
  if (broken.length > 0) {
    throw new Error(`tools/generate/reliability/rows.ts: ${broken.join('; ')}`);
  }
  const [chaos, lifecycle] = await Promise.all([readRecord('chaos'), readRecord('lifecycle')]);
  return reliabilityPage(reliabilityRows, { chaos, lifecycle });
}

async function lifecyclePage(): Promise<string> {
  const page = withCauses(await readFile(join(root, lifecyclePath), 'utf8'));
  const benched = await readFile(join(root, benchRecord), 'utf8').catch(() => undefined);
  return withMeasured(page, await readRecord('lifecycle'), benched === undefined ? undefined : JSON.parse(benched));
}

async function performanceFiles(): Promise<readonly GeneratedFile[]> {
  const record = await readScaleRecord();
  return [
    { path: performancePath, content: withScale(await readFile(join(root, performancePath), 'utf8'), record) },
    ...(record === undefined ? [] : [{ path: 'docs/images/scale.svg', content: scaleChart(record) }]),
  ];
}

/** The Helm chart but for its templates. */
async function chartFiles(): Promise<readonly GeneratedFile[]> {
  const sources = [`${basePath}/rbac.yaml`, `${basePath}/user-roles.yaml`, publishRole, hubRole];
  const [rbac = '', userRoles = '', publish = '', hub = ''] = await Promise.all(
    sources.map((path) => readFile(join(root, path), 'utf8')),
  );
  const policies = await Promise.all(networkPolicies.map((path) => readFile(join(root, path), 'utf8')));
  const [operator = '', open = '', closed = ''] = policies;
  return [
    { path: `${chartPath}/Chart.yaml`, content: chartYaml(project, {}) },
    { path: `${chartPath}/values.yaml`, content: valuesYaml() },
    { path: `${chartPath}/values.schema.json`, content: valuesSchema() },
    { path: `${chartPath}/README.md`, content: chartReadme(project) },
    { path: `${chartPath}/files/rules.yaml`, content: chartRules(rbac, userRoles, publish, hub) },
    { path: `${chartPath}/files/network-policies.yaml`, content: chartNetworkPolicies(operator, open, closed) },
  ];
}

/**
 * The resources of deploy/base in one file, in the order of its kustomization: what `kubectl kustomize` prints, since
 * that kustomization only lists resources; so that generating needs no kubectl.
 */
async function renderInstall(crdCopy: GeneratedFile): Promise<string> {
  const kustomization: unknown = parse(await readFile(join(root, basePath, 'kustomization.yaml'), 'utf8'));
  const { resources } = kustomizationShape.parse(kustomization);
  const texts = await Promise.all(
    resources.map(async (name) => {
      const path = `${basePath}/${name}`;
      return path === crdCopy.path ? crdCopy.content : readStamped(path);
    }),
  );
  const header = `# The operator with everything it needs, made from ${basePath} by \`npm run generate\`. Do not edit.\n`;
  return header + texts.map((text) => `---\n${text}`).join('');
}

async function check(expected: readonly GeneratedFile[]): Promise<void> {
  const stale = await Promise.all(
    expected.map(async ({ path, content }) => {
      const found = await readFile(join(root, path), 'utf8').catch(() => undefined);
      return found === content ? [] : [path];
    }),
  );
  for (const path of stale.flat()) {
    console.error(`${path} is stale: run \`npm run generate\` and commit the result`);
    process.exitCode = 1;
  }
}
