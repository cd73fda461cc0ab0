import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { planOf } from '../../src/dockerfile/plan.ts';
import { eventually } from '../../tools/eventually.ts';
import { base, refused, taken } from '../support/policy/policyCases.ts';
import { admission } from './admission.ts';
import { type Kubectl, succeed } from './kubectl.ts';
import { openPlace, type Place } from './place.ts';

/** The example's policy at a real API server, held against the operator's own: both refuse the same, by the same name. */
const root = join(import.meta.dirname, '..', '..');
/** The policy speaks of namespaces by their name, so that the rows do, too. */
const namespace = 'vision';
let place: Place;
let kubectl: Kubectl;

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
