import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import { annotations } from '../api/names.ts';
import {
  type Owner,
  ownLabels,
  ownMetadata,
  smallResources,
  toleration,
  withoutSidecars,
  withoutSidecarsLabels,
} from '../build/ownPod.ts';
import type { Config } from '../config/schema.ts';
import { canonicalJson } from '../spec/canonicalJson.ts';
import type { HubSettings, Verification } from '../spec/effective.ts';
import { sha256 } from '../spec/inputHash.ts';
import { contentsCommand } from './contents/script.ts';

const identitySchema = z.object({
  role: z.literal('verify'),
  /** `repository@sha256:…` */
  image: z.string().regex(/^\S{1,512}@sha256:[0-9a-f]{64}$/),
  /** `verifySettingsHash` of the commands that the Pod runs. */
  settings: z.string().regex(/^[0-9a-f]{64}$/),
  /** Rises with every try that told nothing; the first is 1. */
  attempt: z.int().min(1),
});

/** Which try of which image a Pod is: written into an annotation, so that a crash after the create loses nothing. */
export type VerifyIdentity = Readonly<z.output<typeof identitySchema>>;

/** Reads the annotation of a Pod; undefined for anything that is no such Pod of ours. */
export function parseVerifyIdentity(annotation: string): VerifyIdentity | undefined {
  let read: unknown;
  try {
    read = JSON.parse(annotation);
  } catch {
    return undefined;
  }
  return identitySchema.safeParse(read).data;
}

/** SHA-256, in hex, of the commands: with others the image is tried again. */
export function verifySettingsHash(verify: readonly Verification[]): string {
  return sha256(
    canonicalJson({
      v: 1,
      verify: verify.map(({ name, command, timeoutSeconds }) => ({ name, command: [...command], timeoutSeconds })),
    }),
  );
}

/** `imagespec-` and 20 hex digits: the same try has the same name. */
export function verifyPodName(uid: string, { role, image, settings, attempt }: VerifyIdentity): string {
  return `imagespec-${sha256([uid, role, image, settings, attempt].join('/')).slice(0, 20)}`;
}

/** Everything that determines the Pod. */
export interface VerifyInput {
  readonly owner: Owner;
  readonly identity: VerifyIdentity;
  readonly verify: readonly Verification[];
  readonly hub: HubSettings;
  /** Secrets with which the node may pull the image; only the kubelet reads them. */
  readonly pullSecrets: readonly string[];
  readonly config: Config;
}

/** The container that lists the packages of the image, after all commands have passed. */
export const contentsContainer = 'contents';

/** The container of the command with this index. */
export function verifyContainer(index: number): string {
  return `verify-${index}`;
}

/** For the pull of an image, which counts as the Pod's running time. */
const pullSeconds = 900;
const contentsSeconds = 120;

/**
 * The Pod that runs the commands of `spec.verify` in the built image, one after the other, as the user of a launch, and
 * then lists what is in the image.
 */
export function verifyPod({ owner, identity, verify, hub, pullSecrets, config }: VerifyInput): V1Pod {
  const seconds = verify.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, pullSeconds + contentsSeconds);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: ownMetadata(owner, {
      name: verifyPodName(owner.uid, identity),
      labels: { ...ownLabels(owner, 'verify'), ...withoutSidecarsLabels },
      annotations: { ...withoutSidecars, [annotations.run]: JSON.stringify(identity) },
    }),
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: seconds,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { fsGroup: hub.fsGroup, seccompProfile: { type: 'RuntimeDefault' } },
      ...(config.build.priorityClassName === null ? {} : { priorityClassName: config.build.priorityClassName }),
      nodeSelector: { ...hub.nodeSelector },
      tolerations: hub.tolerations.map(toleration),
      imagePullSecrets: [...new Set([...pullSecrets, ...config.build.imagePullSecrets])].map((name) => ({ name })),
      initContainers: verify.map(({ command }, index) =>
        inImage(identity, hub, verifyContainer(index), command, {
          requests: { ...hub.resources.requests },
          limits: { ...hub.resources.limits },
        }),
      ),
      containers: [inImage(identity, hub, contentsContainer, contentsCommand, smallResources)],
      volumes: [{ name: 'home', emptyDir: {} }],
    },
  };
}

function inImage(
  { image }: VerifyIdentity,
  hub: HubSettings,
  name: string,
  command: readonly string[],
  resources: NonNullable<V1Container['resources']>,
): V1Container {
  return {
    name,
    image,
    command: [...command],
    resources,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: hub.uid,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'home', mountPath: hub.homePath }],
  };
}
