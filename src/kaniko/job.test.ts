import { describe, expect, it } from 'vitest';
import { base, run, spec } from '../../test/support/observations.ts';
import type { Base, EffectiveSpec } from '../imagespec/effective.ts';
import { buildJob } from './job.ts';

const owner = { namespace: 'vision', name: 'astro', uid: 'uid-1' };
const registrySecrets = [{ registry: 'index.docker.io', secret: 'hub' }];
const cache = { repository: 'registry.example.com/cache/vision', secret: 'layers', ttlHours: 336 };

/** The Pod of a build. */
function podOf(changes: Partial<EffectiveSpec>, finalBase: Base | null = base) {
  const wanted: EffectiveSpec = { ...spec, pullSecret: 'own', registrySecrets, cache, ...changes };
  const { repository, pushMode } = wanted;
  const { identity } = run(null, { repository, pushMode });
  const job = buildJob({
    owner,
    identity,
    spec: wanted,
    bases: [base],
    finalBase,
    dockerfile: 'FROM x\n',
  });
  const pod = job.spec?.template.spec;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  const secretOf = new Map(pod?.volumes?.map(({ name, secret }) => [name, secret?.secretName]));
  return {
    spec: pod,
    metadata: job.spec?.template.metadata,
    order: containers.map(({ name }) => name),
    argsOf: (name: string) => containers.find((container) => container.name === name)?.args ?? [],
    /** Names of the containers with this volume. */
    mountedBy: (volume: string) =>
      containers
        .filter(({ volumeMounts }) => volumeMounts?.some(({ name }) => name === volume))
        .map(({ name }) => name),
    /** Names of the Secrets that a container can read. */
    secretsOf: (name: string) =>
      containers
        .find((container) => container.name === name)
        ?.volumeMounts?.flatMap((mount) => secretOf.get(mount.name) ?? []),
  };
}

describe('the Pod of a build', () => {
  it('Isolated: only the container without user steps reads the push Secret', () => {
    const pod = podOf({});
    expect(pod.order).toEqual(['credentials', 'build', 'push']);
    expect(pod.secretsOf('credentials')).toEqual(['own', 'hub', 'layers']);
    expect(pod.secretsOf('build')).toEqual([]);
    expect(pod.secretsOf('push')).toEqual(['push']);
    expect(pod.argsOf('credentials').join(' ')).not.toContain('--push');
    expect(pod.argsOf('build')).toContain('--no-push');
  });

  it("Direct: the builder pushes only to this Job's tag, and reports the digest itself", () => {
    const pod = podOf({ pushMode: 'Direct' });
    expect(pod.order).toEqual(['credentials', 'build']);
    expect(pod.secretsOf('credentials')).toEqual(['own', 'hub', 'layers', 'push']);
    expect(pod.argsOf('build')).not.toContain('--no-push');
    expect(pod.argsOf('build').join(' ')).toMatch(
      /--destination=registry\.example\.com\/imagespecs\/vision\/astro:imagespec-[0-9a-f]{20} --image-name-with-digest-file=/,
    );
  });

  it("hands the layers of the final base to the push, past the builder's container", () => {
    const platformSettings = {
      ...spec.platformSettings,
      registries: {
        mirrors: [{ host: 'docker.io', mirror: 'mirror.example.com:5000' }],
        insecure: ['mirror.example.com:5000'],
      },
    };
    const digest = `sha256:${'b'.repeat(64)}`;
    const pod = podOf({ platformSettings }, { image: 'jupyter/base-notebook:latest', digest, user: '' });
    const file = '--base-layers /imagespec/push/base-layers.json';
    expect(pod.argsOf('credentials').join(' ')).toContain(
      `--base mirror.example.com:5000/jupyter/base-notebook@${digest} --base index.docker.io/jupyter/base-notebook@${digest} --insecure mirror.example.com:5000 ${file}`,
    );
    expect(pod.argsOf('push').join(' ')).toContain(file);
    expect(pod.mountedBy('push-config')).toEqual(['credentials', 'push']);
  });

  it('reads a base through a mirror with a path in the same place as the operator does', () => {
    const mirrors = [{ host: 'docker.io', mirror: 'harbor.example.com/dockerhub' }];
    const platformSettings = { ...spec.platformSettings, registries: { mirrors, insecure: [] } };
    const pod = podOf({ platformSettings });
    expect(pod.argsOf('build')).toContain('--registry-map=index.docker.io=harbor.example.com/dockerhub');
    expect(pod.argsOf('credentials').join(' ')).toContain(
      `--base harbor.example.com/dockerhub/jupyter/minimal-notebook@${base.digest}`,
    );
  });

  it.each([
    ['scratch', podOf({}, null)],
    ['mode Direct', podOf({ pushMode: 'Direct' })],
  ])('looks for no layers with %s', (_, pod) => {
    const all = pod.order.flatMap((name) => pod.argsOf(name));
    expect(all.join(' ')).not.toContain('--base');
  });

  it.each([
    ['nothing', { runtimeClassName: null, hostUsers: true }, {}],
    ['a RuntimeClass', { runtimeClassName: 'kata', hostUsers: true }, { runtimeClassName: 'kata' }],
    ['users of its own', { runtimeClassName: null, hostUsers: false }, { hostUsers: false }],
  ])('is separated from its node by %s', (_, sandbox, fields) => {
    const { platformSettings } = spec;
    const pod = podOf({ platformSettings: { ...platformSettings, build: { ...platformSettings.build, sandbox } } });
    const { runtimeClassName, hostUsers } = pod.spec ?? {};
    expect(JSON.parse(JSON.stringify({ runtimeClassName, hostUsers }))).toEqual(fields);
  });

  it('gets each value as the spec has it: the kubelet reads "$$" and "$(NAME)" of a container\'s variables', () => {
    const values = ['$(DOCKER_CONFIG)', 'a$$b', '$HOME', 'costs 5$'];
    const pod = podOf({ args: values.map((value, index) => ({ name: `A${index}`, value })) });
    const written = pod.argsOf('build').flatMap((arg) => /^--build-arg=A\d=(.*)$/.exec(arg)?.[1] ?? []);
    expect(written).toEqual(['$$(DOCKER_CONFIG)', 'a$$$$b', '$$HOME', 'costs 5$$']);
    expect(written.map((text) => text.replaceAll('$$', () => '$'))).toEqual(values);
  });

  describe('runs where the platform wants builds', () => {
    const taint = { operator: 'Exists', value: '', effect: '', tolerationSeconds: null } as const;
    const placement = {
      nodeSelector: { pool: 'builds', disk: 'ssd' },
      tolerations: [{ ...taint, key: 'builds' }],
      affinity: { podAntiAffinity: { a: 1 } },
      labels: { 'cost-centre': '17', 'imagespec.dev/role': 'forged' },
      annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false', 'imagespec.dev/dockerfile': 'forged' },
    };
    const build = { ...spec.platformSettings.build, placement, priorityClassName: 'batch' };
    const pod = podOf({
      platformSettings: { ...spec.platformSettings, build },
      nodeSelector: { disk: 'nvme' },
      tolerations: [{ ...taint, key: 'nvme' }],
    });

    it('and where the spec asks for beside that', () => {
      expect(pod.spec).toMatchObject({
        nodeSelector: { pool: 'builds', disk: 'nvme' },
        tolerations: [
          { key: 'builds', operator: 'Exists' },
          { key: 'nvme', operator: 'Exists' },
        ],
        affinity: placement.affinity,
        priorityClassName: 'batch',
      });
    });

    it("with the platform's labels and annotations, which do not displace the own ones", () => {
      expect(pod.metadata?.labels).toMatchObject({ 'cost-centre': '17', 'imagespec.dev/role': 'build' });
      expect(pod.metadata?.annotations).toMatchObject({
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
        'imagespec.dev/dockerfile': 'FROM x\n',
      });
    });

    it('or anywhere, without a field for what is not set', () => {
      const fields = Object.keys(podOf({}).spec ?? {});
      expect(fields.filter((field) => field === 'affinity' || field === 'priorityClassName')).toEqual([]);
    });
  });

  it('caches layers when there is a repository for them', () => {
    expect(podOf({}).argsOf('build')).toContain('--cache-repo=registry.example.com/cache/vision');
    expect(podOf({ cache: null }).argsOf('build').join(' ')).not.toContain('--cache');
  });
});
