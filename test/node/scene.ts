import { randomBytes } from 'node:crypto';
import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { expect, inject } from 'vitest';
import { conditionOf } from '../../src/api/conditions.ts';
import type { ImageSpecSpec, ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { attach } from '../../tools/cluster/supervision/supervised.ts';
import { eventually } from '../../tools/eventually.ts';
import { type Kubectl, kubectlOf, succeed } from '../integration/kubectl.ts';
import { ensureNamespace } from './namespace.ts';
import { type Login, loginSecret } from './registry.ts';

/** How long a build may take before a test gives up on it: a limit, no expectation. */
const buildSeconds = 420;

/** Everything here is real: node, kubelet, containerd, Kaniko, registry and the operator as a Deployment of its own image. */
export interface Scene {
  readonly cluster: LocalCluster;
  /** The namespace of a test file, so that files may run side by side. */
  readonly namespace: string;
  /** In that namespace, unless a command names another. */
  readonly kubectl: Kubectl;
  /** Applies an ImageSpec. */
  readonly apply: (name: string, spec: ImageSpecSpec) => Promise<void>;
  /** The status of an ImageSpec as it is now; undefined before the operator has written one. */
  readonly statusOf: (name: string) => Promise<ImageSpecStatus | undefined>;
  /** Creates or changes a Secret with a registry's login. */
  readonly login: (name: string, registry: Login & { readonly host: string }) => Promise<void>;
  /** Waits until Ready is True or False for the spec as it is. */
  readonly settled: (name: string) => Promise<ImageSpecStatus>;
  /**
   * Runs a command in an image as a Hub's user would: uid 1000, no rights, an empty volume on the home. The Pod's name
   * begins with `name`.
   */
  readonly runAsUser: (name: string, image: string, command: readonly string[]) => Promise<string>;
}

/** A namespace in the cluster that the set-up of this run started; it is made where it is not there. */
export async function openScene(namespace: string): Promise<Scene> {
  const cluster = await attach(inject('cluster'));
  if (cluster?.provider !== 'local') {
    throw new Error('the set-up started no node');
  }
  const plain = kubectlOf(cluster.kubectl);
  await ensureNamespace(plain, namespace);
  const kubectl: Kubectl = (args, input) => plain(['-n', namespace, ...args], input);
  const read = readerOf(cluster.kubeconfig, namespace);
  return {
    cluster,
    namespace,
    kubectl,
    apply: async (name, spec) => {
      const manifest = { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata: { name }, spec };
      await succeed(kubectl(['apply', '-f', '-'], JSON.stringify(manifest)));
    },
    statusOf: async (name) => (await read(name)).status,
    login: async (name, registry) => {
      await succeed(kubectl(['apply', '-f', '-'], JSON.stringify(loginSecret(name, registry.host, registry))));
    },
    settled: (name) => settled(read, name),
    runAsUser: (name, image, command) => runAsUser(kubectl, name, image, command),
  };
}

/** Reason of the condition Ready. */
export function readyReason(status: ImageSpecStatus): string | undefined {
  return conditionOf(status, 'Ready')?.reason;
}

/** The image of a status that says it is built. */
export function builtImage(status: ImageSpecStatus): string {
  expect(status.failure).toBeUndefined();
  expect(readyReason(status)).toBe('BuildSucceeded');
  expect(status.image).toMatch(/@sha256:[0-9a-f]{64}$/);
  return status.image ?? '';
}

interface Read {
  readonly metadata: { readonly generation: number };
  readonly status?: ImageSpecStatus;
}

type Reader = (name: string) => Promise<Read>;

/** Reads ImageSpecs of a namespace. Whoever waits reads many times: a process of kubectl each time takes a third of a processor. */
function readerOf(kubeconfig: string, namespace: string): Reader {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CustomObjectsApi);
  return async (name) => {
    const [group, version, plural] = ['imagespec.dev', 'v1alpha1', 'imagespecs'];
    const found: Read = await api.getNamespacedCustomObject({ group, version, namespace, plural, name });
    return found;
  };
}

function settled(read: Reader, name: string): Promise<ImageSpecStatus> {
  return eventually(`${name} is built or failed`, buildSeconds, async () => {
    const { metadata, status } = await read(name);
    const ready = conditionOf(status ?? {}, 'Ready');
    const isCurrent = ready?.observedGeneration === metadata.generation;
    return isCurrent && (ready?.status === 'True' || ready?.status === 'False') ? status : undefined;
  });
}

async function runAsUser(kubectl: Kubectl, prefix: string, image: string, command: readonly string[]): Promise<string> {
  // A test that is tried again makes another Pod.
  const name = `${prefix}-${randomBytes(2).toString('hex')}`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: {
        runAsUser: 1000,
        runAsNonRoot: true,
        fsGroup: 100,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'user',
          image,
          command,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'home', mountPath: '/home/jovyan' }],
        },
      ],
      volumes: [{ name: 'home', emptyDir: {} }],
    },
  };
  await succeed(kubectl(['create', '-f', '-'], JSON.stringify(pod)));
  const phase = await eventually(`Pod ${name} ends`, buildSeconds, async () => {
    const printed = await succeed(kubectl(['get', 'pod', name, '-o', 'jsonpath={.status.phase}']));
    return printed === 'Succeeded' || printed === 'Failed' ? printed : undefined;
  });
  return `${phase}: ${await succeed(kubectl(['logs', name]))}`;
}
