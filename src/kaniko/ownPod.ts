import type { V1ObjectMeta, V1OwnerReference, V1Toleration } from '@kubernetes/client-node';
import { group, kind, labels, manager, version } from '../api/names.ts';
import type { Toleration } from '../imagespec/effective.ts';

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
export const withoutSidecars = {
  'sidecar.istio.io/inject': 'false',
  'linkerd.io/inject': 'disabled',
  'kuma.io/sidecar-injection': 'disabled',
  'consul.hashicorp.com/connect-inject': 'false',
};

/** The same as a label, which is what newer Istio reads. */
export const withoutSidecarsLabels = { 'sidecar.istio.io/inject': 'false' };

/** Labels by which our caches find the object and its owner. */
export function ownLabels(owner: Owner, role: Role): Readonly<Record<string, string>> {
  return { [labels.managedBy]: manager, [labels.uid]: owner.uid, [labels.role]: role };
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
export function toleration({ key, operator, value, effect, tolerationSeconds }: Toleration): V1Toleration {
  return {
    operator,
    ...(key === '' ? {} : { key }),
    ...(value === '' ? {} : { value }),
    ...(effect === '' ? {} : { effect }),
    ...(tolerationSeconds === null ? {} : { tolerationSeconds }),
  };
}
