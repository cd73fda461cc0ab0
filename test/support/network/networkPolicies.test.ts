import { readFile } from 'node:fs/promises';
import { BlockList, isIPv6 } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { addressKind } from '../../../src/registry/http/address.ts';
import { ownPods } from './ownPods.ts';

/**
 * The NetworkPolicies as their API defines them (kubernetes.io/docs/concepts/services-networking/network-policies), beside the
 * labels of the operator's real Pods. `test/isolation/` enforces the same files in a kernel.
 */
const folder = join(import.meta.dirname, '..', '..', '..', 'deploy');

const ipBlock = z.strictObject({ cidr: z.string(), except: z.array(z.string()).default([]) });
const ports = z.array(z.strictObject({ protocol: z.enum(['TCP', 'UDP']), port: z.union([z.int(), z.string()]) }));
const selector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()) }))
    .default([]),
});
const policyShape = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(z.looseObject({})).default([]),
    egress: z
      .array(z.strictObject({ ports: ports.optional(), to: z.array(z.strictObject({ ipBlock })).optional() }))
      .default([]),
  }),
});
type Policy = z.output<typeof policyShape>;

async function policyIn(path: string): Promise<Policy> {
  return policyShape.parse(parse(await readFile(join(folder, path), 'utf8')));
}

function selects({ spec: { podSelector } }: Policy, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(podSelector.matchLabels).every(([key, value]) => labels[key] === value) &&
    podSelector.matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  );
}

function contains(cidr: string, address: string): boolean {
  const [network = '', prefix] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return isIPv6(address) === (family === 'ipv6') && list.check(address, family);
}

/** Whether a selected Pod may open a connection. */
function letsOut({ spec }: Policy, address: string, port: number, protocol: 'TCP' | 'UDP' = 'TCP'): boolean {
  return spec.egress.some(
    (rule) =>
      (rule.ports?.some((one) => one.protocol === protocol && one.port === port) ?? true) &&
      (rule.to?.some(
        ({ ipBlock: { cidr, except } }) => contains(cidr, address) && !except.some((block) => contains(block, address)),
      ) ??
        true),
  );
}

const builds = await policyIn('network-policy/builds.yaml');
const publicOnly = await policyIn('network-policy/public-only/builds.yaml');
const operator = await policyIn('base/network-policy.yaml');

describe.each([
  ['builds', builds],
  ['public-only', publicOnly],
])('the policy %s', (_, policy) => {
  it.each(ownPods())('selects the Pod of a $role', ({ pod }) => {
    expect(selects(policy, pod.metadata?.labels ?? {})).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ['the operator', { 'app.kubernetes.io/name': 'imagespec-operator' }],
    ["another program's Pod", { 'app.kubernetes.io/managed-by': 'Helm', 'imagespec.dev/role': 'build' }],
    ['a Pod of another role', { 'app.kubernetes.io/managed-by': 'imagespec-operator', 'imagespec.dev/role': 'x' }],
  ])('leaves %s alone', (__, labels) => {
    expect(selects(policy, labels)).toBe(false);
  });

  it('lets nothing in', () => {
    expect(policy.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [] });
  });

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    'fe80::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '168.63.129.16',
    '192.0.0.192',
  ])('keeps the Pods from %s, but for DNS', (address) => {
    expect([80, 443, 8080].map((port) => letsOut(policy, address, port))).toEqual([false, false, false]);
    expect(letsOut(policy, address, 53, 'UDP')).toBe(true);
  });

  it.each(['1.1.1.1', '203.0.113.7', '2606:4700::1111'])('lets the Pods reach %s', (address) => {
    expect([80, 443, 5000].map((port) => letsOut(policy, address, port))).toEqual([true, true, true]);
  });

  it('closes nothing that lies outside of the block that it is taken from', () => {
    const blocks = policy.spec.egress.flatMap((rule) => rule.to ?? []);
    const outside = blocks.flatMap(({ ipBlock: { cidr, except } }) =>
      except.filter((block) => !contains(cidr, block.split('/')[0] ?? '')),
    );
    expect(outside).toEqual([]);
  });
});

describe('private addresses', () => {
  const inside = ['10.96.0.1', '172.16.3.4', '192.168.1.1', '100.64.0.1', 'fd12:3456::1'];

  it.each(inside)('%s is open by default, as registries and mirrors live there', (address) => {
    expect(letsOut(builds, address, 443)).toBe(true);
  });

  it.each(inside)('%s is closed by public-only, but for DNS', (address) => {
    expect(letsOut(publicOnly, address, 443)).toBe(false);
    expect(letsOut(publicOnly, address, 53, 'TCP')).toBe(true);
  });
});

it('closes what the operator itself never asks, and only that', () => {
  const closed = builds.spec.egress.flatMap((rule) => (rule.to ?? []).flatMap(({ ipBlock: { except } }) => except));
  const kinds = closed.map((block) => [block, addressKind(block.split('/')[0] ?? '')]);
  expect(kinds).toEqual(closed.map((block) => [block, 'never']));
});

it('differs from public-only by the closed addresses alone', () => {
  const open = (policy: Policy) => ({
    ...policy,
    spec: {
      ...policy.spec,
      egress: policy.spec.egress.map((rule) => ({
        ...rule,
        to: rule.to?.map(({ ipBlock: { cidr } }) => cidr),
      })),
    },
  });
  expect(open(publicOnly)).toEqual(open(builds));
});

it("lets only Prometheus' namespaces reach the operator's port", () => {
  expect(selects(operator, { 'app.kubernetes.io/name': 'imagespec-operator' })).toBe(true);
  expect(operator.spec).toMatchObject({
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { metrics: 'enabled' } } }],
        ports: [{ protocol: 'TCP', port: 8080 }],
      },
    ],
  });
});
