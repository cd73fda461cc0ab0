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
import { asWritten, operatorUser, ownLabels, ownMetadata, ownPodMarks, ownPodSpec } from './ownPod.ts';

/** The Job of a build. It copies no label or annotation of the ImageSpec. */
export function buildJob(input: JobInput): V1Job {
  const { owner, identity, spec } = input;
  const { priorityClassName, placement, sandbox } = spec.platformSettings.build;
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
        metadata: ownPodMarks(owner, 'build', placement, { [annotations.dockerfile]: input.dockerfile }),
        spec: {
          ...ownPodSpec({
            deadlineSeconds: spec.timeoutSeconds,
            graceSeconds: 5,
            fsGroup: operatorUser,
            nodeSelector: { ...placement.nodeSelector, ...spec.nodeSelector },
            tolerations: [...placement.tolerations, ...spec.tolerations],
            affinity: placement.affinity,
            priorityClassName,
            sandbox,
            pullSecrets: [],
            platform: spec.platformSettings,
          }),
          ...(spec.serviceAccountName === null ? {} : { serviceAccountName: spec.serviceAccountName }),
          ...podContainers(input),
          volumes: volumes(input),
        },
      },
    },
  };
}

/** In mode Direct the builder comes last: its end is the Pod's. */
function podContainers(input: JobInput): Pick<V1PodSpec, 'initContainers' | 'containers'> {
  const [credentials, build] = [asWritten(credentialsContainer(input)), asWritten(builderContainer(input))];
  return input.spec.pushMode === 'Direct'
    ? { initContainers: [credentials], containers: [build] }
    : { initContainers: [credentials, build], containers: [asWritten(pushContainer(input))] };
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

/** One key of a Secret, readable for the operator's user; no other key enters the Pod. */
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
