import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiException, type CustomObjectsApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/config/parse.ts';
import { connect } from '../../src/kubernetes/client/connection.ts';
import { systemClock } from '../../src/kubernetes/clock.ts';
import { type RunningOperator, startOperator } from '../../src/reconcile/operator.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { readCrd } from '../../tools/crd/crd.ts';
import { eventually } from '../../tools/eventually.ts';
import { leaveFigures } from '../../tools/suites/figures.ts';
import { seedVariable } from '../../tools/suites/variables.ts';
import { typed } from '../support/apiserver/typed.ts';
import { seeded } from '../support/grammars/generate.ts';
import { specMaker } from '../support/grammars/specs.ts';

const count = 300;
/** The same in every run, so that a green suite stays green. */
const seed = Number(process.env[seedVariable] ?? 20_261_129);
/** Nothing is written this long when the operator is at rest; a pause after a failed look-up is longer. */
const quietMs = 10_000;
const namespace = 'generated';
const type = { group: 'imagespec.dev', version: 'v1alpha1', plural: 'imagespecs', namespace } as const;
const root = join(import.meta.dirname, '..', '..');

let cluster: LightCluster;
let admin: ReturnType<typeof connect>;
let operator: RunningOperator;

beforeAll(async () => {
  cluster = await startLight('generated');
  await run(cluster.kubectl, ['create', '-f', join(root, 'deploy', 'install.yaml')]);
  await untilServed(cluster.kubectl);
  const source = { is: 'kubeconfig', path: cluster.kubeconfig } as const;
  admin = connect(source, { userAgent: 'test' });
  await typed(admin).core.createNamespace({ body: { metadata: { name: namespace } } });
  // No registry may be asked, so that nothing depends on the network.
  const config = parseConfig(`
images: {operator: "example.com/operator:1"}
output: {repositoryTemplate: "registry.example.com/{namespace}/{name}"}
registries: {allowed: [registry.example.com]}
`);
  if (!config.ok) {
    throw new Error(config.failure);
  }
  operator = await startOperator({
    config: config.value,
    connection: connect(source, { userAgent: 'test' }),
    leaseConnection: connect(source, { userAgent: 'test', timeoutMs: 3000 }),
    clock: systemClock,
    leaseClock: systemClock,
    log: () => {},
    configState: { isCurrent: true },
    leaseName: 'imagespec-operator',
    namespace,
    instance: 'test',
    health: { host: '127.0.0.1', port: 0 },
    lost: () => {},
  });
});

afterAll(async () => {
  await operator.stop();
  await admin.close();
  await cluster.stop();
});

const listed = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), generation: z.number(), resourceVersion: z.string() }),
      status: z.object({
        observedGeneration: z.number(),
        conditions: z.array(z.object({ type: z.string(), reason: z.string() })).default([]),
      }),
    }),
  ),
});

async function list(api: CustomObjectsApi) {
  const answer: unknown = await api.listNamespacedCustomObject(type);
  return listed.parse(answer).items;
}

it(`${count} generated specs are admitted or refused by the CRD, and the operator comes to rest (seed ${seed})`, async () => {
  const crd = readCrd(await readFile(join(root, 'crds', 'imagespec.dev_imagespecs.yaml'), 'utf8'));
  const schema = crd.schema.openAPIV3Schema.properties?.['spec'];
  if (schema === undefined) {
    throw new Error('the CRD has no spec');
  }
  const [make, random] = [specMaker(schema), seeded(seed)];
  let refused = 0;
  const otherwise: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const body = {
      apiVersion: 'imagespec.dev/v1alpha1',
      kind: 'ImageSpec',
      metadata: { name: `generated-${index}`, namespace },
      spec: make(random),
    };
    try {
      await typed(admin).customObjects.createNamespacedCustomObject({ ...type, body });
    } catch (error) {
      if (error instanceof ApiException && error.code === 422) {
        refused += 1;
      } else {
        otherwise.push(`${String(error)}: ${JSON.stringify(body.spec)}`);
      }
    }
  }
  expect(otherwise).toEqual([]);
  const admitted = count - refused;
  expect(Math.min(admitted, refused)).toBeGreaterThan(count / 10);

  let before = '';
  let since = Date.now();
  const rested = await eventually('no ImageSpec is written any more', 240, async () => {
    const items = await list(typed(admin).customObjects);
    const now = JSON.stringify(items.map(({ metadata }) => metadata.resourceVersion));
    since = now === before ? since : Date.now();
    before = now;
    const isSeen = items.every(({ metadata, status }) => status.observedGeneration === metadata.generation);
    return isSeen && Date.now() - since > quietMs ? items : undefined;
  });
  expect(rested).toHaveLength(admitted);
  const reasons = rested.map(({ status }) => status.conditions.find((one) => one.type === 'Ready')?.reason ?? 'none');
  const counts = Object.fromEntries(
    [...new Set(reasons)].map((reason) => [reason, reasons.filter((one) => one === reason).length]),
  );
  expect(Object.keys(counts)).not.toContain('none');
  await leaveFigures('grammars', 'admitted', { admitted, refused, reasons: counts, seed });
}, 600_000);
