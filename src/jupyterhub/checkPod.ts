import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { annotations } from '../api/names.ts';
import type { HubSettings, PlatformSettings, Resources } from '../imagespec/effective.ts';
import { sha256 } from '../imagespec/inputHash.ts';
import { type Owner, ownMetadata, ownPodMarks, ownPodSpec, type Role } from '../kaniko/ownPod.ts';

/** Everything that determines a Pod that starts a built image, for a launch or for verify. */
export interface CheckInput {
  readonly owner: Owner;
  readonly hub: HubSettings;
  /** Secrets with which the node may pull the image; only the kubelet reads them. */
  readonly pullSecrets: readonly string[];
  readonly platform: PlatformSettings;
}

/** The parts in which such Pods differ. */
export interface Check {
  readonly name: string;
  readonly role: Role;
  /** Identifies the check of an image. An annotation stores it, so that a crash after the create loses nothing. */
  readonly identity: object;
  /** Seconds that it may take once its image is pulled. */
  readonly seconds: number;
  readonly initContainers?: readonly V1Container[];
  readonly containers: readonly V1Container[];
}

/** Allowance for the pull, which counts as running time of the Pod. */
const pullSeconds = 900;

/** `imagespec-` and 20 hex digits: the same check always gets the same name, so the API server refuses a second one. */
export function checkPodName(uid: string, what: readonly (string | number)[]): string {
  return `imagespec-${sha256([uid, ...what].join('/')).slice(0, 20)}`;
}

/** The Pod as a Hub's user would have it: the Hub's nodes and group, an empty volume for the home, nothing of the cluster. */
export function checkPod({ owner, hub, pullSecrets, platform }: CheckInput, check: Check): V1Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: ownMetadata(owner, {
      name: check.name,
      ...ownPodMarks(owner, check.role, hub, { [annotations.run]: JSON.stringify(check.identity) }),
    }),
    spec: {
      ...ownPodSpec({
        deadlineSeconds: pullSeconds + check.seconds,
        graceSeconds: 1,
        fsGroup: hub.fsGroup,
        nodeSelector: hub.nodeSelector,
        tolerations: hub.tolerations,
        affinity: hub.affinity,
        priorityClassName: hub.priorityClassName,
        sandbox: hub.sandbox,
        pullSecrets,
        platform,
      }),
      ...(check.initContainers === undefined ? {} : { initContainers: [...check.initContainers] }),
      containers: [...check.containers],
      volumes: [{ name: 'home', emptyDir: {} }],
    },
  };
}

/** The Hub's settings for a container of the built image: user, privileges, and home directory. */
export function asHubUser(hub: HubSettings): Pick<V1Container, 'securityContext' | 'volumeMounts'> {
  return {
    securityContext: {
      runAsNonRoot: true,
      runAsUser: hub.uid,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'home', mountPath: hub.homePath }],
  };
}

/** Resources in Kubernetes' form. */
export function amounts({ requests, limits }: Resources): NonNullable<V1Container['resources']> {
  return { requests: { ...requests }, limits: { ...limits } };
}
