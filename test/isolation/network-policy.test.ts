import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ownPods } from '../support/network/ownPods.ts';
import { type Outcome, type Plan, type Target, tryOut } from './network.ts';

/**
 * The shipped NetworkPolicies in a kernel: packets of the operator's real Pods (by their labels) through
 * kube-network-policies, which sees the same files that `kubectl apply` takes. No kubelet is needed for that.
 */
const deploy = join(import.meta.dirname, '..', '..', 'deploy');
const policyShape = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });
const deploymentShape = z.object({
  spec: z.object({ template: z.object({ metadata: z.looseObject({}), spec: z.looseObject({}) }) }),
});

async function policy(path: string, namespace: string): Promise<object> {
  const read = policyShape.parse(parse(await readFile(join(deploy, path), 'utf8')));
  return { ...read, metadata: { ...read.metadata, namespace } };
}

const system = 'imagespec-operator-system';
const addresses = {
  build: ['10.244.0.1', 'fd10::1'],
  probe: ['10.244.0.2', 'fd10::2'],
  verify: ['10.244.0.3', 'fd10::3'],
  strict: ['10.244.0.4', 'fd10::4'],
  other: ['10.244.0.5', 'fd10::5'],
  prometheus: ['10.244.0.6', 'fd10::6'],
  operator: ['10.244.0.7', 'fd10::7'],
} as const;
const metadataServices = [
  '169.254.169.254',
  '169.254.170.2',
  '168.63.129.16',
  '192.0.0.192',
  '100.100.100.200',
  'fd00:ec2::254',
];
const inside = ['10.96.0.1', '192.168.7.7', 'fd77::1'];
const internet = ['1.1.1.1', '2606:4700::1111'];

function pod(namespace: string, name: keyof typeof addresses, metadata: object, spec: object): object {
  const podIPs = addresses[name].map((ip) => ({ ip }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, namespace, name },
    spec: { ...spec, nodeName: 'node' },
    status: { phase: 'Running', podIPs },
  };
}

const tcp = (list: readonly string[], port: number): Target[] =>
  list.map((address) => ({ protocol: 'TCP', address, port }));

async function plan(): Promise<Omit<Plan, 'controller'>> {
  const { template } = deploymentShape.parse(
    parse(await readFile(join(deploy, 'base', 'deployment.yaml'), 'utf8')),
  ).spec;
  const own = ownPods().map((one) => pod('vision', one.role, one.pod.metadata ?? {}, one.pod.spec ?? {}));
  const build = ownPods().find(({ role }) => role === 'build')?.pod;
  const plain = { containers: [{ name: 'main', image: 'registry.example.com/x' }] };
  const namespaces = { vision: {}, strict: {}, monitoring: { metrics: 'enabled' }, [system]: {} };
  const reached = [
    ...tcp([...metadataServices, ...inside, ...internet], 443),
    { protocol: 'UDP', address: '169.254.169.254', port: 53 },
    { protocol: 'TCP', address: '169.254.169.254', port: 53 },
  ] as const;
  const inward = [...tcp([addresses.build[0], addresses.probe[0], addresses.probe[1], addresses.verify[0]], 8888)];
  const toOperator = [...tcp(addresses.operator, 8080), ...tcp([addresses.operator[0]], 8888)];
  return {
    places: { world: [...internet, ...metadataServices, ...inside], ...addresses },
    ports: [53, 443, 8080, 8888],
    objects: [
      ...Object.entries(namespaces).map(([name, labels]) => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels },
      })),
      ...own,
      pod('strict', 'strict', build?.metadata ?? {}, build?.spec ?? {}),
      pod('vision', 'other', { labels: { app: 'other' } }, plain),
      pod('monitoring', 'prometheus', { labels: { app: 'prometheus' } }, plain),
      pod(system, 'operator', template.metadata, template.spec),
      await policy('network-policy/builds.yaml', 'vision'),
      await policy('network-policy/public-only/builds.yaml', 'strict'),
      await policy('base/network-policy.yaml', system),
    ],
    attempts: {
      build: reached,
      // A launch: the server and the stand-in of the Hub share the Pod, and meet at its own address.
      probe: [...reached, ...tcp([addresses.probe[0]], 8888)],
      verify: reached,
      strict: reached,
      other: [...reached, ...inward, ...toOperator],
      prometheus: toOperator,
    },
  };
}

describe.skipIf(process.getuid?.() !== 0)('the shipped NetworkPolicies', () => {
  let seen: Outcome;

  beforeAll(async () => {
    seen = await tryOut(await plan());
  }, 600_000);

  /** The answers that a place got with the policies, at these addresses. */
  const answers = (place: string, list: readonly string[], port = 443) =>
    list.map((address) => [address, seen.after[place]?.[`TCP ${address} ${port}`]]);
  const all = (list: readonly string[], answer: 'open' | 'closed') => list.map((address) => [address, answer]);

  it('are the only thing that closes anything: without them each attempt succeeds', () => {
    const unlike = Object.entries(seen.before).flatMap(([place, tried]) =>
      Object.entries(tried).flatMap(([target, answer]) => (answer === 'open' ? [] : [`${place} ${target} ${answer}`])),
    );
    expect(unlike).toEqual([]);
  });

  it.each(['build', 'probe', 'verify', 'strict'])('keep the Pod of a %s from metadata services', (place) => {
    expect(answers(place, metadataServices)).toEqual(all(metadataServices, 'closed'));
  });

  it.each(['build', 'probe', 'verify', 'strict'])(
    'let the Pod of a %s ask for names, also at a link-local address',
    (place) => {
      expect(seen.after[place]).toMatchObject({ 'UDP 169.254.169.254 53': 'open', 'TCP 169.254.169.254 53': 'open' });
    },
  );

  it.each(['build', 'probe', 'verify'])('let the Pod of a %s reach the internet, and the networks inside', (place) => {
    expect(answers(place, [...internet, ...inside])).toEqual(all([...internet, ...inside], 'open'));
  });

  it('keep builds from the networks inside with public-only', () => {
    expect(answers('strict', internet)).toEqual(all(internet, 'open'));
    expect(answers('strict', inside)).toEqual(all(inside, 'closed'));
  });

  it('let no other Pod connect to them, and a launch to itself', () => {
    const pods = [addresses.build[0], addresses.probe[0], addresses.probe[1], addresses.verify[0]];
    expect(answers('other', pods, 8888)).toEqual(all(pods, 'closed'));
    expect(answers('probe', [addresses.probe[0]], 8888)).toEqual(all([addresses.probe[0]], 'open'));
  });

  it('leave other Pods of the namespace alone', () => {
    expect(answers('other', [...metadataServices, ...inside])).toEqual(all([...metadataServices, ...inside], 'open'));
  });

  it("open the operator's port to namespaces with metrics=enabled alone, and none of its others", () => {
    expect(answers('prometheus', addresses.operator, 8080)).toEqual(all(addresses.operator, 'open'));
    expect(answers('other', addresses.operator, 8080)).toEqual(all(addresses.operator, 'closed'));
    expect(answers('prometheus', [addresses.operator[0]], 8888)).toEqual(all([addresses.operator[0]], 'closed'));
  });
});
