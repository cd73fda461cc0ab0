import type { V1ObjectMeta, V1OwnerReference, V1PodSpec, V1Toleration } from '@kubernetes/client-node';
import { group, kind, labels, manager, version } from '../api/names.ts';
import type { PlatformSettings, Toleration } from '../imagespec/effective.ts';

/** The ImageSpec that an object belongs to. */
export interface Owner {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What a Pod of ours is for (label `imagespec.dev/role`). */
export type Role = 'build' | 'probe' | 'verify';

/** Our image's user. */
export const operatorUser = 65_532;

/** Security of a container that runs our own image. */
export const restricted = {
  runAsNonRoot: true,
  runAsUser: operatorUser,
  runAsGroup: operatorUser,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** Resources of a container that runs our own image. */
export const smallResources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } };

/** A mesh's sidecar would keep a Pod from ending: annotations of the Pod. */
const withoutSidecars = {
  'sidecar.istio.io/inject': 'false',
  'linkerd.io/inject': 'disabled',
  'kuma.io/sidecar-injection': 'disabled',
  'consul.hashicorp.com/connect-inject': 'false',
};

/** The same as a label, which is what newer Istio reads. */
const withoutSidecarsLabels = { 'sidecar.istio.io/inject': 'false' };

/** Labels by which our caches find the object and its owner. */
export function ownLabels(owner: Owner, role: Role): Readonly<Record<string, string>> {
  return { [labels.managedBy]: manager, [labels.uid]: owner.uid, [labels.role]: role };
}

/** Labels and annotations of a Pod of ours: those by which it is found, and no sidecar. */
export function ownPodMarks(
  owner: Owner,
  role: Role,
  annotations: Readonly<Record<string, string>>,
): { readonly labels: Record<string, string>; readonly annotations: Record<string, string> } {
  return {
    labels: { ...ownLabels(owner, role), ...withoutSidecarsLabels },
    annotations: { ...withoutSidecars, ...annotations },
  };
}

/** Where a Pod of ours runs, and for how long. */
export interface OwnPod {
  /** After so many seconds the kubelet ends it. */
  readonly deadlineSeconds: number;
  /** Between the signal to end and the kill. */
  readonly graceSeconds: number;
  readonly fsGroup: number;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Secrets with which the node may pull, beside the platform's. */
  readonly pullSecrets: readonly string[];
  readonly platform: PlatformSettings;
}

/** What every Pod of ours has: it runs once and ends, holds no token of the cluster, and takes the platform's settings for Pods. */
export function ownPodSpec(own: OwnPod): Omit<V1PodSpec, 'containers'> {
  const { priorityClassName, imagePullSecrets } = own.platform.build;
  return {
    restartPolicy: 'Never',
    activeDeadlineSeconds: own.deadlineSeconds,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: own.graceSeconds,
    securityContext: { fsGroup: own.fsGroup, seccompProfile: { type: 'RuntimeDefault' } },
    ...(priorityClassName === null ? {} : { priorityClassName }),
    nodeSelector: { ...own.nodeSelector },
    tolerations: own.tolerations.map(toleration),
    imagePullSecrets: [...new Set([...own.pullSecrets, ...imagePullSecrets])].map((name) => ({ name })),
  };
}

/** Metadata of an object that the ImageSpec controls. No label or annotation of the resource is copied. */
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

/** By which the API server deletes what the ImageSpec controls after it, and our caches believe whose an object is. */
export function ownerReferences({ name, uid }: Owner): V1OwnerReference[] {
  return [{ apiVersion: `${group}/${version}`, kind, name, uid, controller: true, blockOwnerDeletion: false }];
}

/** As Kubernetes takes it: what is absent is left out. */
function toleration({ key, operator, value, effect, tolerationSeconds }: Toleration): V1Toleration {
  return {
    operator,
    ...(key === '' ? {} : { key }),
    ...(value === '' ? {} : { value }),
    ...(effect === '' ? {} : { effect }),
    ...(tolerationSeconds === null ? {} : { tolerationSeconds }),
  };
}
