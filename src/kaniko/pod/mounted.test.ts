import { describe, expect, it } from 'vitest';
import { base, run, spec } from '../../../test/support/observations.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import type { BaseWay } from '../base/way.ts';
import { buildJob } from '../job.ts';

const owner = { namespace: 'vision', name: 'astro', uid: 'uid-1' };
const cache = { repository: 'registry.example.com/cache/vision', secret: 'layers', ttlHours: 336 };
const place = `index.docker.io/jupyter/minimal-notebook@${base.digest}`;

/** The Pod of a build in this way. */
function podOf(way: BaseWay, changes: Partial<EffectiveSpec> = {}, rebuild: string | null = null) {
  const registrySecrets = [{ registry: 'index.docker.io', secret: 'hub' }];
  const wanted: EffectiveSpec = { ...spec, pullSecret: 'own', registrySecrets, cache, ...changes };
  const { identity } = run(null, { base: way, rebuild });
  const bases = [base];
  const job = buildJob({ owner, identity, spec: wanted, bases, finalBase: base, dockerfile: `FROM ${place}\n` });
  const pod = job.spec?.template.spec;
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  const secretOf = new Map(pod?.volumes?.map(({ name, secret }) => [name, secret?.secretName]));
  const of = (name: string) => containers.find((container) => container.name === name);
  return {
    order: containers.map(({ name }) => name),
    pullSecrets: pod?.imagePullSecrets?.map(({ name }) => name),
    of,
    argsOf: (name: string) => of(name)?.args ?? [],
    envOf: (name: string) => new Map(of(name)?.env?.map((variable) => [variable.name, variable.value])),
    secretsOf: (name: string) => of(name)?.volumeMounts?.flatMap((mount) => secretOf.get(mount.name) ?? []),
    mountedBy: (volume: string) =>
      containers
        .filter(({ volumeMounts }) => volumeMounts?.some(({ name }) => name === volume))
        .map(({ name }) => name),
    volumes: pod?.volumes?.map(({ name }) => name),
  };
}

describe('the Pod of a mounted build', () => {
  const pod = podOf('Mounted');

  it("runs the builder's program on the base, by the digest that the operator resolved", () => {
    expect(pod.order).toEqual(['credentials', 'builder', 'build', 'push']);
    expect(pod.of('build')).toMatchObject({ image: place, command: ['/kaniko/executor'], workingDir: '/' });
    expect(pod.of('builder')?.image).toBe(spec.platformSettings.images.kaniko);
    expect(pod.envOf('builder').get('KANIKO_DIR')).toBe('/imagespec/builder/kaniko');
    expect(pod.of('build')?.volumeMounts).toContainEqual({ name: 'program', mountPath: '/kaniko', subPath: 'kaniko' });
  });

  it('takes the base from a mirror where the configuration names one', () => {
    const mirrors = [{ host: 'docker.io', mirror: 'mirror.example.com' }];
    const platformSettings = { ...spec.platformSettings, registries: { mirrors, insecure: [] } };
    const mirrored = podOf('Mounted', { platformSettings });
    expect(mirrored.of('build')?.image).toBe(`mirror.example.com/jupyter/minimal-notebook@${base.digest}`);
    expect(mirrored.argsOf('credentials')).toContain(`mirror.example.com/jupyter/minimal-notebook@${base.digest}`);
  });

  it('lets the node pull with the Secrets of the base, and with the push Secret for an image of ours', () => {
    expect(pod.pullSecrets).toEqual(['own', 'hub']);
    const source = { ...spec.source, base: { is: 'imageSpec', name: 'other' } as const };
    expect(source.is === 'packages' ? podOf('Mounted', { source }).pullSecrets : []).toEqual(['own', 'hub', 'push']);
    expect(podOf('Unpacked').pullSecrets).toEqual([]);
  });

  it('gives the steps no credential but that of the layer cache', () => {
    expect(pod.secretsOf('build')).toEqual([]);
    expect(pod.argsOf('credentials').join(' ')).toContain('--base-keyring /imagespec/push/base-keyring.json');
    expect(pod.mountedBy('push-config')).toEqual(['credentials', 'push']);
    expect(pod.secretsOf('push')).toEqual(['push']);
  });

  it('needs the capabilities that every build needs, and no other', () => {
    const capabilities = podOf('Unpacked').of('build')?.securityContext?.capabilities;
    expect(pod.of('build')?.securityContext).toMatchObject({ runAsUser: 0, runAsGroup: 0, capabilities });
    expect(pod.of('build')?.securityContext?.allowPrivilegeEscalation).toBe(false);
    expect(capabilities?.add).toEqual(
      expect.arrayContaining(pod.of('builder')?.securityContext?.capabilities?.add ?? []),
    );
  });

  it('sets every variable that the builder reads, so that none of the base counts', () => {
    const env = pod.envOf('build');
    expect(Object.fromEntries(env)).toMatchObject({
      PATH: '/kaniko',
      HOME: '/kaniko',
      KANIKO_DIR: '/kaniko',
      DOCKER_CONFIG: '/imagespec/docker',
      SSL_CERT_FILE: '',
      SSL_CERT_DIR: '/kaniko/ssl/certs',
      HTTPS_PROXY: '',
      https_proxy: '',
      GODEBUG: '',
      NVIDIA_VISIBLE_DEVICES: 'void',
    });
    // An empty one would turn `--no-push` off.
    expect(env.has('KANIKO_NO_PUSH')).toBe(false);
  });

  it("keeps the platform's proxy and certificates", () => {
    const platformSettings = {
      ...spec.platformSettings,
      caBundle: 'x',
      proxy: { ...spec.platformSettings.proxy, http: 'http://proxy:1', https: 'http://proxy:1' },
    };
    const env = podOf('Mounted', { platformSettings }).of('build')?.env ?? [];
    const names = env.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(env).toContainEqual({ name: 'SSL_CERT_FILE', value: '/imagespec/trust/ca.crt' });
    expect(env).toContainEqual({ name: 'HTTPS_PROXY', value: 'http://proxy:1' });
  });

  it('can never fetch the base, and finds its stub with and without a layer cache', () => {
    for (const args of [pod.argsOf('build'), podOf('Mounted', { cache: null }).argsOf('build')]) {
      expect(args).toContain('--cache=true');
      expect(args).toContain('--cache-dir=/imagespec/stub');
      expect(args).toContain('--registry-map=index.docker.io=mounted-base.invalid');
      expect(args).toContain('--skip-default-registry-fallback=true');
    }
    expect(podOf('Mounted', { cache: null }).argsOf('build')).toEqual(
      expect.arrayContaining(['--cache-repo=oci:/kaniko/no-cache', '--no-push-cache=true', '--cache-run-layers=false']),
    );
    expect(podOf('Mounted', {}, 'mark').argsOf('build')).toContain('--cache-ttl=1s');
    expect(podOf('Unpacked').argsOf('build').join(' ')).not.toContain('--cache-dir');
  });
});

describe('the Pod of a composed image', () => {
  const [first] = spec.source.is === 'packages' ? [spec.source] : [];
  const source = first === undefined ? spec.source : { ...first, pip: [], env: [{ name: 'A', value: 'b c=d' }] };
  const pod = podOf('Composed', { source });

  it('has no builder, and no root', () => {
    expect(pod.order).toEqual(['credentials', 'push']);
    expect(pod.of('push')?.securityContext?.runAsNonRoot).toBe(true);
    expect(pod.volumes).not.toContain('layout');
    expect(pod.volumes).not.toContain('dockerfile');
  });

  it('has the variables and labels of a build', () => {
    const args = pod.argsOf('push');
    const of = (flag: string) => args.flatMap((arg, index) => (args[index - 1] === flag ? [arg] : []));
    expect(of('--set-env')).toEqual(['A=b c=d']);
    const labels = podOf('Unpacked', { source })
      .argsOf('build')
      .flatMap((arg) => (arg.startsWith('--label=') ? [arg.slice('--label='.length)] : []));
    expect(of('--set-label')).toEqual(labels);
    expect(args).not.toContain('--layout');
    expect(pod.secretsOf('credentials')).toEqual(['own', 'hub']);
  });
});
