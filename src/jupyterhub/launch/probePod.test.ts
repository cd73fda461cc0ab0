import { describe, expect, it } from 'vitest';
import { image, spec } from '../../../test/support/observations.ts';
import type { HubSettings } from '../../imagespec/effective.ts';
import { type ProbeIdentity, parseProbeIdentity, probePod, probePodName, probeSettingsHash } from './probePod.ts';

const owner = { namespace: 'vision', name: 'astro', uid: 'uid-1' };
const { hub } = spec;
const identity: ProbeIdentity = {
  role: 'probe',
  image,
  settings: probeSettingsHash(hub),
  attempt: 1,
  command: 'kept',
  trial: 'first',
  request: null,
};

/** The Pod of a launch, and its two containers. */
function launch(changes: { readonly hub?: Partial<HubSettings>; readonly identity?: Partial<ProbeIdentity> } = {}) {
  const pod = probePod({
    owner,
    identity: { ...identity, ...changes.identity },
    hub: { ...hub, ...changes.hub },
    pullSecrets: ['registry', 'push'],
    platform: {
      ...spec.platformSettings,
      build: { ...spec.platformSettings.build, imagePullSecrets: ['registry', 'operator-image'] },
    },
  });
  const container = (name: string) => pod.spec?.containers.find((one) => one.name === name);
  return { pod, server: container('server'), hub: container('hub') };
}

/** Variables of a container by name; as in the kubelet, the last of two counts. */
function variables(container: ReturnType<typeof launch>['server']) {
  return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
}

describe('probePod', () => {
  it("belongs to the ImageSpec and has the operator's labels", () => {
    const { pod } = launch();
    expect(pod.metadata).toMatchObject({
      name: probePodName(owner.uid, identity),
      namespace: 'vision',
      labels: {
        'app.kubernetes.io/managed-by': 'imagespec-operator',
        'imagespec.dev/uid': 'uid-1',
        'imagespec.dev/role': 'probe',
      },
      ownerReferences: [{ kind: 'ImageSpec', name: 'astro', uid: 'uid-1', controller: true }],
    });
  });

  it("starts the image by digest with the Hub's command as arguments, so that its entrypoint runs", () => {
    const { server } = launch({ hub: { args: ['start-singleuser.py', '--debug'] } });
    expect(server?.image).toBe(image);
    expect(server?.args).toEqual(['start-singleuser.py', '--debug']);
    expect(server?.command).toBeUndefined();
  });

  it('omits the entrypoint for the second launch', () => {
    const { server } = launch({ identity: { command: 'overridden' } });
    expect(server?.command).toEqual(['jupyterhub-singleuser']);
    expect(server?.args).toBeUndefined();
  });

  it("runs as the Hub's user, with an empty home writable by its group, without access to the cluster", () => {
    const { pod, server } = launch({ hub: { uid: 1234, fsGroup: 55, homePath: '/home/me' } });
    expect(server?.securityContext).toMatchObject({ runAsUser: 1234, runAsNonRoot: true });
    expect(pod.spec?.securityContext).toMatchObject({ fsGroup: 55 });
    expect(server?.volumeMounts).toEqual([{ name: 'home', mountPath: '/home/me' }]);
    expect(pod.spec?.volumes).toEqual([{ name: 'home', emptyDir: {} }]);
    expect(pod.spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });

  it("has the RuntimeClass of the Hub's servers, and users of its own", () => {
    const sandbox = { runtimeClassName: 'gvisor', hostUsers: false };
    expect(launch({ hub: { sandbox } }).pod.spec).toMatchObject(sandbox);
    expect(probeSettingsHash({ ...hub, sandbox })).not.toBe(probeSettingsHash(hub));
    expect(Object.keys(launch().pod.spec ?? {})).not.toContain('runtimeClassName');
  });

  it('runs where the platform wants launches, and has its marks beside the own ones', () => {
    const placement = {
      nodeSelector: { pool: 'users' },
      affinity: { nodeAffinity: { a: 1 } },
      labels: { team: 'hub', 'sidecar.istio.io/inject': 'true' },
      annotations: { 'karpenter.sh/do-not-disrupt': 'true' },
      priorityClassName: 'launches',
    };
    const { pod } = launch({ hub: placement });
    expect(pod.spec).toMatchObject({
      nodeSelector: placement.nodeSelector,
      affinity: placement.affinity,
      priorityClassName: 'launches',
    });
    expect(pod.metadata?.labels).toMatchObject({
      team: 'hub',
      'imagespec.dev/role': 'probe',
      'sidecar.istio.io/inject': 'false',
    });
    expect(parseProbeIdentity(pod.metadata?.annotations?.['imagespec.dev/run'] ?? '')).toEqual(identity);
    expect(pod.metadata?.annotations).toMatchObject(placement.annotations);
    expect(Object.keys(launch().pod.spec ?? {})).not.toContain('affinity');
  });

  it('complies with Pod Security restricted', () => {
    const { pod } = launch();
    expect(pod.spec?.securityContext).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' } });
    for (const { securityContext } of pod.spec?.containers ?? []) {
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it("sets the Hub's variables for the server, and the administrator's over them", () => {
    const env = variables(launch().server);
    expect(env).toMatchObject({
      JUPYTERHUB_SERVICE_URL: 'http://0.0.0.0:8888/user/probe/',
      JUPYTERHUB_API_URL: 'http://127.0.0.1:28081/hub/api',
      JUPYTERHUB_USER: 'probe',
    });
    const own = launch({
      hub: {
        env: [
          { name: 'JUPYTERHUB_DEFAULT_URL', value: '/lab' },
          { name: 'JUPYTERHUB_HOST', value: 'https://hub' },
        ],
      },
    });
    expect(variables(own.server)).toMatchObject({ JUPYTERHUB_DEFAULT_URL: '/lab', JUPYTERHUB_HOST: 'https://hub' });
    const names = (own.server?.env ?? []).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('picks another port for the mock Hub when the server uses the usual one', () => {
    const { server, hub: agent } = launch({ hub: { port: 28_081 } });
    expect(variables(server)['JUPYTERHUB_API_URL']).toBe('http://127.0.0.1:28082/hub/api');
    expect(agent?.args?.join(' ')).toContain('--port 28081 --hub-port 28082');
  });

  it.each([28_081, 28_082, 8888])('gives each attempt another port for the mock Hub, beside %i', (port) => {
    const ports = [1, 2, 3].map((attempt) => {
      const { server, hub: agent } = launch({ hub: { port }, identity: { attempt } });
      const { args = [] } = agent ?? {};
      const hubPort = args[args.indexOf('--hub-port') + 1];
      expect(variables(server)['JUPYTERHUB_API_URL']).toBe(`http://127.0.0.1:${hubPort}/hub/api`);
      return hubPort;
    });
    expect(new Set([String(port), ...ports]).size).toBe(4);
  });

  it('starts the mock Hub after the server, so that its time excludes the pull', () => {
    expect(launch().pod.spec?.containers.map(({ name }) => name)).toEqual(['server', 'hub']);
  });

  it('names each pull Secret once', () => {
    expect(launch().pod.spec?.imagePullSecrets).toEqual([
      { name: 'registry' },
      { name: 'push' },
      { name: 'operator-image' },
    ]);
  });
});

describe('the identity of a launch', () => {
  it('survives a round trip through the annotation', () => {
    const annotation = launch().pod.metadata?.annotations?.['imagespec.dev/run'] ?? '';
    expect(parseProbeIdentity(annotation)).toEqual(identity);
  });

  it.each([
    [''],
    ['{'],
    ['null'],
    [JSON.stringify({ ...identity, role: 'verify' })],
    [JSON.stringify({ ...identity, image: 'registry.example.com/x:latest' })],
    [JSON.stringify({ ...identity, attempt: 0 })],
  ])('rejects %j', (annotation) => {
    expect(parseProbeIdentity(annotation)).toBeUndefined();
  });

  it.each([
    ['image', { image: image.replace(/d{64}/, 'e'.repeat(64)) }],
    ['settings', { settings: 'f'.repeat(64) }],
    ['attempt', { attempt: 2 }],
    ['command', { command: 'overridden' }],
  ] as const)('has another name with another %s', (_, change) => {
    expect(probePodName('uid-1', { ...identity, ...change })).not.toBe(probePodName('uid-1', identity));
  });

  it.each([
    ['args', { args: ['jupyter-labhub'] }],
    ['uid', { uid: 1001 }],
    ['fsGroup', { fsGroup: 0 }],
    ['homePath', { homePath: '/home/me' }],
    ['port', { port: 9999 }],
    ['env', { env: [{ name: 'A', value: 'b' }] }],
    ['timeoutSeconds', { timeoutSeconds: 10 }],
    ['resources', { resources: { requests: {}, limits: { memory: '1Gi' } } }],
    ['nodeSelector', { nodeSelector: { pool: 'users' } }],
    [
      'tolerations',
      { tolerations: [{ key: 'a', operator: 'Exists', value: '', effect: '', tolerationSeconds: null }] },
    ],
    ['affinity', { affinity: { nodeAffinity: { a: 1 } } }],
  ] as const)('has other settings with another %s', (_, change) => {
    expect(probeSettingsHash({ ...hub, ...change })).not.toBe(probeSettingsHash(hub));
  });

  it.each([
    ['version of the Hub', { hubVersion: '6.0.0' }],
    ['policy', { policy: 'Require' }],
    ['list of profiles', { profiles: ['gpu'] }],
    ['label', { labels: { team: 'hub' } }],
    ['annotation', { annotations: { team: 'hub' } }],
    ['priority class', { priorityClassName: 'low' }],
  ] as const)('has the same settings with another %s', (_, change) => {
    expect(probeSettingsHash({ ...hub, ...change })).toBe(probeSettingsHash(hub));
  });
});
