import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { annotations, group, kind } from '../../../src/api/names.ts';
import { toRfc3339 } from '../../../src/api/time.ts';
import { actionsOf, healthOf, says } from '../../../test/gitops/says.ts';
import { objectOf, type State, stateNamed } from '../../../test/gitops/states.ts';
import { noon } from '../../../test/support/pods.ts';

interface PackFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly content: string;
}

const packPath = 'deploy/argocd';
const source = `${packPath}/resource_customizations/${group}/${kind}`;
const header = `# Made from ${source}/ by \`npm run generate\`. Do not edit.\n`;

/** Keys in order and long lines whole, as `kubectl get -o yaml` prints an object. */
const asKubectl = { sortMapEntries: true, lineWidth: 0, compat: 'yaml-1.1' } as const;
const wholeLines = { lineWidth: 0 } as const;

/** The states of which Argo CD's repository gets an object; the tests of this repository run all of them. */
const shown: readonly string[] = [
  'build-succeeded',
  'image-reused',
  'launched',
  'tag-refused',
  'output-conflict',
  'suspended-with-image',
  'unseen',
  'edited',
  'edited-after-failure',
  'resolving-base',
  'waiting-for-base',
  'waiting-for-secret',
  'quota-exceeded',
  'at-queued',
  'at-building',
  'at-verifying',
  'retrying',
  'invalid-spec',
  'policy-violation',
  'base-image-not-found',
  'package-not-found',
  'dependency-conflict',
  'run-failed',
  'out-of-memory',
  'build-timeout',
  'push-unauthorized',
  'verification-failed',
  'jupyter-hub-incompatible',
  'at-cancelled',
  'retries-exhausted',
  'suspended',
];

/** An action, the state of its object in the tests, and how it changes the object. */
const actionCases = [
  { action: 'rebuild', state: 'build-succeeded', result: 'rebuilt', annotation: annotations.rebuild },
  { action: 'retry', state: 'package-not-found', result: 'retried', annotation: annotations.retry },
  { action: 'launch', state: 'launched', result: 'launched', annotation: annotations.launch },
  { action: 'cancel', state: 'at-building', result: 'cancelled', annotation: annotations.cancel },
  { action: 'suspend', state: 'build-succeeded', result: 'suspended', suspend: true },
  { action: 'resume', state: 'suspended', result: 'resumed', suspend: false },
] as const;

const resourceVersion = '48213';

/**
 * Argo CD's pack. Its repository wants testdata, health_test.yaml and action_test.yaml beside the scripts. Administrators get the
 * scripts for argocd-cm, as a patch and as values of the chart argo-cd.
 */
export async function argocdPack(root: string): Promise<readonly PackFile[]> {
  const scripts = await readScripts(root);
  return [
    ...shown.map((name) => ({ path: `${source}/${testdata(stateNamed(name))}`, content: object(stateNamed(name)) })),
    { path: `${source}/health_test.yaml`, content: healthTest() },
    ...actionCases.map((one) => ({ path: `${source}/actions/testdata/${one.result}.yaml`, content: changed(one) })),
    { path: `${source}/actions/action_test.yaml`, content: actionTest() },
    { path: `${packPath}/argocd-cm.yaml`, content: header + stringify({ data: settings(scripts) }, wholeLines) },
    {
      path: `${packPath}/values.yaml`,
      content: header + stringify({ configs: { cm: settings(scripts) } }, wholeLines),
    },
  ];
}

interface Scripts {
  readonly health: string;
  readonly discovery: string;
  readonly actions: readonly { readonly name: string; readonly script: string }[];
}

async function readScripts(root: string): Promise<Scripts> {
  const read = (path: string) => readFile(join(root, source, path), 'utf8');
  const entries = await readdir(join(root, source, 'actions'), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && entry.name !== 'testdata').map(({ name }) => name);
  return {
    health: await read('health.lua'),
    discovery: await read('actions/discovery.lua'),
    actions: await Promise.all(
      names.toSorted().map(async (name) => ({ name, script: await read(`actions/${name}/action.lua`) })),
    ),
  };
}

/** The keys of argocd-cm. The one of the actions holds YAML as text. */
function settings({ health, discovery, actions }: Scripts): Readonly<Record<string, string>> {
  const definitions = actions.map(({ name, script }) => ({ name, 'action.lua': script }));
  return {
    [`resource.customizations.health.${group}_${kind}`]: health,
    [`resource.customizations.actions.${group}_${kind}`]: stringify(
      { 'discovery.lua': discovery, definitions },
      wholeLines,
    ),
  };
}

function testdata({ name, meaning }: State): string {
  return `testdata/${says[meaning].argo.toLowerCase()}/${name.replace(/^at-/, '')}.yaml`;
}

interface Changes {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: object;
}

/** The object as `kubectl get -o yaml` prints it. */
function object(state: State, { annotations: added, spec }: Changes = {}): string {
  const { metadata: _, ...rest } = { metadata: null, ...objectOf({ ...state, spec: { ...state.spec, ...spec } }) };
  return stringify(
    {
      ...rest,
      metadata: {
        ...(added === undefined ? {} : { annotations: added }),
        creationTimestamp: toRfc3339(noon - 100_000),
        generation: state.generation,
        name: 'astro',
        namespace: 'vision',
        resourceVersion,
        uid: '6f0c1b0e-3c1f-4c8e-9d56-0f1f6e7a2b41',
      },
      status: state.status ?? { observedGeneration: -1 },
    },
    asKubectl,
  );
}

function changed(one: (typeof actionCases)[number]): string {
  return object(
    stateNamed(one.state),
    'annotation' in one
      ? { annotations: { [one.annotation]: `argocd-${resourceVersion}` } }
      : { spec: { suspend: one.suspend } },
  );
}

function healthTest(): string {
  const tests = shown.map(stateNamed).map((state) => ({ healthStatus: healthOf(state), inputPath: testdata(state) }));
  return stringify({ tests }, wholeLines);
}

function actionTest(): string {
  const inputs = [...new Set(actionCases.map(({ state }) => state)), 'unseen'].map(stateNamed);
  return stringify(
    {
      discoveryTests: inputs.map((state) => ({ inputPath: `../${testdata(state)}`, result: actionsOf(state) })),
      actionTests: actionCases.map(({ action, state, result }) => ({
        action,
        inputPath: `../${testdata(stateNamed(state))}`,
        expectedOutputPath: `testdata/${result}.yaml`,
      })),
    },
    wholeLines,
  );
}
