import type { V1Job, V1PodSpec, V1Volume } from '@kubernetes/client-node';
import { annotations } from '../api/names.ts';
import {
  builderContainer,
  builderSecrets,
  credentialsContainer,
  type JobInput,
  packageCredentials,
  pushContainer,
  pushSecrets,
} from './containers.ts';
import { jobName } from './identity.ts';
import { operatorUser, ownLabels, ownMetadata, toleration, withoutSidecars, withoutSidecarsLabels } from './ownPod.ts';

/** The one Job of a build (design, section 2.6). No label or annotation of the resource is copied. */
export function buildJob(input: JobInput): V1Job {
  const { owner, identity, spec } = input;
  const { build } = spec.platformSettings;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: ownMetadata(owner, {
      name: jobName(owner.uid, identity),
      labels: ownLabels(owner, 'build'),
      annotations: { [annotations.build]: JSON.stringify(identity) },
    }),
    spec: {
      backoffLimit: 0,
      podReplacementPolicy: 'Failed',
      template: {
        metadata: {
          labels: { ...ownLabels(owner, 'build'), ...withoutSidecarsLabels },
          annotations: { ...withoutSidecars, [annotations.dockerfile]: input.dockerfile },
        },
        spec: {
          restartPolicy: 'Never',
          activeDeadlineSeconds: spec.timeoutSeconds,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 5,
          securityContext: { fsGroup: operatorUser, seccompProfile: { type: 'RuntimeDefault' } },
          ...(build.priorityClassName === null ? {} : { priorityClassName: build.priorityClassName }),
          ...(spec.serviceAccountName === null ? {} : { serviceAccountName: spec.serviceAccountName }),
          nodeSelector: { ...spec.nodeSelector },
          tolerations: spec.tolerations.map(toleration),
          imagePullSecrets: build.imagePullSecrets.map((name) => ({ name })),
          ...podContainers(input),
          volumes: volumes(input),
        },
      },
    },
  };
}

/** The builder comes last where it pushes itself: its end is the Pod's. */
function podContainers(input: JobInput): Pick<V1PodSpec, 'initContainers' | 'containers'> {
  const [credentials, build] = [credentialsContainer(input), builderContainer(input)];
  return input.spec.pushMode === 'Direct'
    ? { initContainers: [credentials], containers: [build] }
    : { initContainers: [credentials, build], containers: [pushContainer(input)] };
}

function volumes(input: JobInput): V1Volume[] {
  const { spec } = input;
  const secrets = spec.pushMode === 'Direct' ? builderSecrets(input) : [...builderSecrets(input), ...pushSecrets(spec)];
  return [
    {
      name: 'dockerfile',
      downwardAPI: {
        items: [{ path: 'Dockerfile', fieldRef: { fieldPath: `metadata.annotations['${annotations.dockerfile}']` } }],
      },
    },
    { name: 'docker', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    { name: 'trust', emptyDir: { medium: 'Memory', sizeLimit: '2Mi' } },
    ...(spec.pushMode === 'Direct'
      ? []
      : [
          { name: 'push-config', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
          { name: 'layout', emptyDir: {} },
        ]),
    ...secrets.flatMap(({ volume, secretName }) => secretVolume(volume, secretName, '.dockerconfigjson')),
    ...secretVolume('package-credentials', packageCredentials(spec), 'netrc'),
  ];
}

/** One key of a Secret, readable for our own user; nothing else of it comes into the Pod. */
function secretVolume(name: string, secretName: string | null, key: string): V1Volume[] {
  return secretName === null
    ? []
    : [
        {
          name,
          secret: { secretName, defaultMode: 0o440, items: [{ key, path: key }] },
        },
      ];
}
