import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { planOf } from '../../src/dockerfile/plan.ts';
import { eventually } from '../../tools/eventually.ts';
import { admission } from './admission.ts';
import { type Kubectl, succeed } from './kubectl.ts';
import { openPlace, type Place } from './place.ts';

/** The example's policy at a real API server, held against the operator's own: both refuse the same, by the same name. */
const root = join(import.meta.dirname, '..', '..');
/** The policy speaks of namespaces by their name, so that the rows do, too. */
const namespace = 'vision';
let place: Place;
let kubectl: Kubectl;

const base = 'quay.io/jupyter/minimal-notebook';

const taken: readonly ImageSpecSpec[] = [
  { baseImage: base },
  { baseImage: `${base}:2026-11-16@sha256:${'a'.repeat(64)}` },
  { baseImage: 'jupyter/scipy-notebook' },
  { baseImage: 'docker.io/jupyter/scipy-notebook:latest' },
  { baseImage: 'index.docker.io/infuseai/docker-stacks:base-notebook-1951c2b3' },
  { baseImage: 'registry.gitlab.com/infuseai/docker-stacks/base-notebook:1' },
  { baseImage: 'registry.example.com/imagespecs/vision/a/b' },
  { baseImage: base, output: { repository: 'registry.example.com/imagespecs/vision/other' } },
  { baseImage: base, pullSecret: 'read' },
  { baseImage: base, packages: { pip: ['six'], pipIndexes: ['internal'] } },
  { baseImage: base, packages: { conda: ['six'], condaChannels: ['pytorch', 'conda-forge'] } },
  { baseImage: base, build: { serviceAccountName: 'builder', timeoutSeconds: 7200 } },
  {
    baseImage: base,
    verify: [
      { name: 'a', command: ['true'], timeoutSeconds: 3540 },
      { name: 'b', command: ['true'] },
    ],
  },
  { baseImage: base, build: { nodeSelector: { 'example.com/pool': 'builds', 'kubernetes.io/arch': 'anything' } } },
  {
    baseImage: base,
    build: { tolerations: [{ key: 'example.com/builds', effect: 'NoSchedule', operator: 'Exists' }] },
  },
  { baseImage: base, build: { resources: { limits: { memory: '16384Mi' }, requests: { cpu: 4 } } } },
];

const refused: readonly (readonly [ImageSpecSpec, string])[] = [
  [{ baseImage: 'evil.example/jupyter/scipy-notebook' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'quay.io.evil.example/jupyter/x' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'quay.io/jupyter/x/y' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'jupyterx/scipy-notebook' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'debian' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'registry.example.com/imagespecs/nlp/a' }, 'spec.baseImage: policy.baseImages'],
  [
    { baseImage: base, output: { repository: 'registry.example.com/imagespecs/nlp/other' } },
    'spec.output.repository: policy.repositories',
  ],
  [
    { baseImage: base, output: { repository: 'elsewhere.example/team/a' } },
    'spec.output.repository: policy.repositories',
  ],
  [{ dockerfile: `FROM ${base}\n` }, 'spec.dockerfile: policy.ownDockerfiles'],
  [{ baseImage: base, pullSecret: 'imagespec-push' }, 'spec.pullSecret: "imagespec-push"'],
  [{ baseImage: base, pullSecret: 'mine', output: { pushSecret: 'mine' } }, 'spec.pullSecret: "mine"'],
  [{ baseImage: base, packages: { pip: ['six'], pipIndexes: ['https://a.example/simple'] } }, 'policy.pipIndexUrls'],
  [
    { baseImage: base, packages: { conda: ['six'], condaChannels: ['bioconda'] } },
    'policy.condaChannels does not allow "bioconda"',
  ],
  [{ baseImage: base, build: { serviceAccountName: 'admin' } }, 'policy.serviceAccounts does not allow "admin"'],
  [{ baseImage: base, build: { timeoutSeconds: 7201 } }, 'build.ceilings.timeoutSeconds allows 7200 at most, not 7201'],
  [
    {
      baseImage: base,
      verify: [
        { name: 'a', command: ['true'], timeoutSeconds: 3541 },
        { name: 'b', command: ['true'] },
      ],
    },
    'build.ceilings.verifySeconds allows 3600 s at most for all commands together, not 3601',
  ],
  [{ baseImage: base, build: { nodeSelector: { 'example.com/pool': 'control' } } }, 'policy.nodeSelectors'],
  [{ baseImage: base, build: { nodeSelector: { other: 'x' } } }, 'policy.nodeSelectors'],
  [{ baseImage: base, build: { tolerations: [{ operator: 'Exists' }] } }, 'policy.tolerations'],
  [
    {
      baseImage: base,
      build: { tolerations: [{ key: 'example.com/builds', effect: 'NoExecute', operator: 'Exists' }] },
    },
    'policy.tolerations',
  ],
  [
    { baseImage: base, build: { resources: { limits: { memory: '17Gi' } } } },
    'spec.build.resources.limits.memory: build.ceilings.resources allows 16Gi at most, not 17Gi',
  ],
  [
    { baseImage: base, build: { resources: { requests: { cpu: 5 } } } },
    'spec.build.resources.requests.cpu: build.ceilings.resources',
  ],
];

function manifest(spec: ImageSpecSpec): string {
  const metadata = { name: 'astro', namespace };
  return JSON.stringify({ apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata, spec });
}

/** The API server's answer to a dry-run creation. */
function tried(spec: ImageSpecSpec): Promise<string> {
  return admission(place.admin, namespace, 'tried', spec);
}

/** The message of an operator with the example's configuration. */
async function operatorSays(spec: ImageSpecSpec): Promise<string> {
  const config = parseConfig(await readFile(join(root, 'deploy', 'policy', 'operator-config.yaml'), 'utf8'));
  if (!config.ok) {
    throw new Error(config.failure);
  }
  const plan = planOf({ namespace, name: 'astro', spec }, config.value);
  return plan.ok ? '' : `${plan.failure.reason} ${plan.failure.message}`;
}

/** deploy/policy, whose binding holds in one namespace: other tests share the API server. */
async function policyForThisNamespace(): Promise<string> {
  const text = await readFile(join(root, 'deploy', 'policy', 'validating-admission-policy.yaml'), 'utf8');
  const documents = parseAllDocuments(text);
  const binding = documents.find((document) => document.get('kind') === 'ValidatingAdmissionPolicyBinding');
  if (binding === undefined) {
    throw new Error('the policy has no binding');
  }
  const matchLabels = { 'kubernetes.io/metadata.name': namespace };
  binding.setIn(['spec', 'matchResources'], { namespaceSelector: { matchLabels } });
  return documents.map((document) => stringify(document)).join('---\n');
}

beforeAll(async () => {
  place = await openPlace(namespace);
  ({ kubectl } = place);
  // Until then a check of expressions has nothing to find fault with.
  await eventually('the schema is published', 60, () =>
    succeed(kubectl(['get', '--raw', '/openapi/v3/apis/imagespec.dev/v1alpha1'])),
  );
  // An ImageSpec from before the policy became stricter.
  await succeed(kubectl(['create', '-f', '-'], manifest({ baseImage: 'debian' })));
  await succeed(kubectl(['apply', '-f', '-'], await policyForThisNamespace()));
  // The API server takes a moment to know a new policy.
  await eventually('the policy is in force', 60, async () =>
    (await tried({ baseImage: 'debian' })).includes('policy.baseImages') ? true : undefined,
  );
});

afterAll(() => place.admin.close());

describe('the policy at the API server', () => {
  it('has expressions that fit the schema', async () => {
    const name = ['validatingadmissionpolicy', 'policy.imagespec.dev'];
    const checked = await eventually('the expressions are checked', 60, async () => {
      const status = await succeed(kubectl(['get', ...name, '-o', 'jsonpath={.status}']));
      return status.includes('typeChecking') ? status : undefined;
    });
    expect(checked).not.toContain('expressionWarnings');
  });

  it.each(taken.map((spec) => [JSON.stringify(spec), spec] as const))('takes %s', async (_, spec) => {
    expect(await tried(spec)).toBe('');
    expect(await operatorSays(spec)).toBe('');
  });

  it.each(refused.map(([spec, words]) => [JSON.stringify(spec), spec, words] as const))(
    'refuses %s',
    async (_, spec, words) => {
      expect(await tried(spec)).toContain(words);
      const message = await operatorSays(spec);
      expect(message).toMatch(/^PolicyViolation /);
      expect(message).toContain(words.split(' does not')[0]);
    },
  );

  it('lets the labels of an older object change, and its spec only to what is allowed', async () => {
    await succeed(kubectl(['label', 'imagespec', 'astro', 'team=vision']));
    const edit = (image: string) =>
      kubectl(['patch', 'imagespec', 'astro', '--type=merge', '-p', JSON.stringify({ spec: { baseImage: image } })]);
    expect((await edit('alpine')).stderr).toContain('policy.baseImages');
    await succeed(edit(base));
  });
});
