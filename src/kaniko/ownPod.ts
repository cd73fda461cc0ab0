import type {
  V1Container,
  V1EnvVar,
  V1ObjectMeta,
  V1OwnerReference,
  V1PodSpec,
  V1Toleration,
} from '@kubernetes/client-node';
import { group, kind, labels, manager, version } from '../api/names.ts';
import type { Placement, PlatformSettings, Sandbox, Toleration } from '../imagespec/effective.ts';

/** The ImageSpec that owns an object. */
export interface Owner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Purpose of an operator's Pod (label `imagespec.dev/role`). */
export type Role = 'build' | 'probe' | 'verify';

/** User of the operator's image. */
export const operatorUser = 65_532;

/** Security context of a container with the operator's image. */
export const restricted = {
  runAsNonRoot: true,
  runAsUser: operatorUser,
  runAsGroup: operatorUser,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** Resources of a container with the operator's image. */
export const smallResources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } };

/** Pod annotations that keep meshes from adding a sidecar, which would keep the Pod from ending. */
const withoutSidecars = {
  'sidecar.istio.io/inject': 'false',
  'linkerd.io/inject': 'disabled',
  'kuma.io/sidecar-injection': 'disabled',
  'consul.hashicorp.com/connect-inject': 'false',
};

/** The same as a label, which newer Istio reads. */
const withoutSidecarsLabels = { 'sidecar.istio.io/inject': 'false' };

/** Labels by which the caches find the object and its owner. */
export function ownLabels(owner: Owner, role: Role): Readonly<Record<string, string>> {
  return { [labels.managedBy]: manager, [labels.uid]: owner.uid, [labels.role]: role };
}

/** Labels and annotations of an operator's Pod: the platform's, labels to find it, and no sidecar. */
export function ownPodMarks(
  owner: Owner,
  role: Role,
  platform: Pick<Placement, 'labels' | 'annotations'>,
  annotations: Readonly<Record<string, string>>,
): { readonly labels: Record<string, string>; readonly annotations: Record<string, string> } {
  return {
    labels: { ...platform.labels, ...ownLabels(owner, role), ...withoutSidecarsLabels },
    annotations: { ...platform.annotations, ...withoutSidecars, ...annotations },
  };
}

/** Where an operator's Pod runs, and for how long. */
export interface OwnPod {
  /** Seconds after which the kubelet ends it. */
  readonly deadlineSeconds: number;
  /** Seconds between the end signal and the kill. */
  readonly graceSeconds: number;
  readonly fsGroup: number;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly affinity: Placement['affinity'];
  readonly priorityClassName: string | null;
  readonly sandbox: Sandbox;
  /** Secrets with which the node may pull, besides the platform's. */
  readonly pullSecrets: readonly string[];
  readonly platform: PlatformSettings;
}

/**
 * Common spec of all Pods of the operator: each runs once, has no token of the cluster, and follows the platform's
 * settings for Pods.
 */
export function ownPodSpec(own: OwnPod): Omit<V1PodSpec, 'containers'> {
  const { priorityClassName, affinity } = own;
  return {
    restartPolicy: 'Never',
    activeDeadlineSeconds: own.deadlineSeconds,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: own.graceSeconds,
    securityContext: { fsGroup: own.fsGroup, seccompProfile: { type: 'RuntimeDefault' } },
    ...(priorityClassName === null ? {} : { priorityClassName }),
    ...sandboxFields(own.sandbox),
    nodeSelector: { ...own.nodeSelector },
    tolerations: own.tolerations.map(toleration),
    ...(affinity === null ? {} : { affinity }),
    imagePullSecrets: [...new Set([...own.pullSecrets, ...own.platform.build.imagePullSecrets])].map((name) => ({
      name,
    })),
  };
}

/** A sandbox as fields of a Pod's spec. What is not set is absent, so that it changes no hash. */
export function sandboxFields({
  runtimeClassName,
  hostUsers,
}: Sandbox): Pick<V1PodSpec, 'runtimeClassName' | 'hostUsers'> {
  return {
    ...(runtimeClassName === null ? {} : { runtimeClassName }),
    ...(hostUsers ? {} : { hostUsers }),
  };
}

/**
 * A container whose command, arguments and variables reach its program as they are written here. The kubelet reads `$(NAME)`
 * in them as a variable of the container, and `$$` as `$`.
 */
export function asWritten(container: V1Container): V1Container {
  const { command, args, env } = container;
  return Object.assign({}, container, {
    ...(command === undefined ? {} : { command: command.map(literal) }),
    ...(args === undefined ? {} : { args: args.map(literal) }),
    ...(env === undefined ? {} : { env: env.map(literalVariable) }),
  });
}

function literalVariable(variable: V1EnvVar): V1EnvVar {
  return variable.value === undefined ? variable : { name: variable.name, value: literal(variable.value) };
}

function literal(text: string): string {
  return text.replaceAll('$', () => '$$');
}

/** Metadata of an object that the ImageSpec controls. It copies no label or annotation of the ImageSpec. */
export function ownMetadata(
  owner: Owner,
  own: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  },
): V1ObjectMeta {
  return {
    name: own.name,
    namespace: owner.namespace,
    labels: own.labels,
    annotations: own.annotations,
    ownerReferences: ownerReferences(owner),
  };
}

/**
 * The API server uses these references to delete the objects of an ImageSpec. The caches use them to find the owner of an
 * object.
 */
export function ownerReferences({ name, uid }: Owner): V1OwnerReference[] {
  return [{ apiVersion: `${group}/${version}`, kind, name, uid, controller: true, blockOwnerDeletion: false }];
}

/** Kubernetes' form, without absent fields. */
function toleration({ key, operator, value, effect, tolerationSeconds }: Toleration): V1Toleration {
  return {
    operator,
    ...(key === '' ? {} : { key }),
    ...(value === '' ? {} : { value }),
    ...(effect === '' ? {} : { effect }),
    ...(tolerationSeconds === null ? {} : { tolerationSeconds }),
  };
}
