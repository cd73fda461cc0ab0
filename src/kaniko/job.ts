import type { V1Job, V1PodSpec, V1Volume } from '@kubernetes/client-node';
import { annotations } from '../api/names.ts';
import { pullSecretsFor } from '../imagespec/pullSecrets.ts';
import { builderSecrets, type JobInput, packageCredentials, pushSecrets, wayOfJob } from './containers.ts';
import { jobName } from './identity.ts';
import { asWritten, operatorUser, ownLabels, ownMetadata, ownPodMarks, ownPodSpec } from './ownPod.ts';
import { builderContainer, programContainer } from './pod/builder.ts';
import { credentialsContainer } from './pod/credentials.ts';
import { pushContainer } from './pod/push.ts';

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
            pullSecrets: nodePullSecrets(input),
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
  const credentials = asWritten(credentialsContainer(input));
  if (input.spec.pushMode === 'Direct') {
    return { initContainers: [credentials], containers: [asWritten(builderContainer(input))] };
  }
  const containers = [asWritten(pushContainer(input))];
  switch (wayOfJob(input)) {
    case 'Unpacked':
      return { initContainers: [credentials, asWritten(builderContainer(input))], containers };
    case 'Mounted':
      return {
        initContainers: [credentials, asWritten(programContainer(input)), asWritten(builderContainer(input))],
        containers,
      };
    case 'Composed':
      return { initContainers: [credentials], containers };
  }
}

/** The node pulls a mounted base: with the Secrets of the base, or, of an image that another ImageSpec built, of its push. */
function nodePullSecrets(input: JobInput): readonly string[] {
  const { spec, finalBase } = input;
  if (wayOfJob(input) !== 'Mounted' || finalBase === null) {
    return [];
  }
  const isOwn = spec.source.is === 'packages' && spec.source.base.is === 'imageSpec';
  return [...pullSecretsFor(spec, [finalBase.image]), ...(isOwn && spec.pushSecret !== null ? [spec.pushSecret] : [])];
}

function volumes(input: JobInput): V1Volume[] {
  const { spec } = input;
  const way = wayOfJob(input);
  const secrets = spec.pushMode === 'Direct' ? builderSecrets(input) : [...builderSecrets(input), ...pushSecrets(spec)];
  const builds = way !== 'Composed';
  return [
    ...(builds
      ? [
          {
            name: 'dockerfile',
            downwardAPI: {
              items: [
                { path: 'Dockerfile', fieldRef: { fieldPath: `metadata.annotations['${annotations.dockerfile}']` } },
              ],
            },
          },
        ]
      : []),
    { name: 'docker', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    { name: 'trust', emptyDir: { medium: 'Memory', sizeLimit: '2Mi' } },
    ...(spec.pushMode === 'Direct'
      ? []
      : [
          // A mounted or composed image is put together here: manifests and configurations, never layers.
          { name: 'push-config', emptyDir: { medium: 'Memory', sizeLimit: way === 'Unpacked' ? '1Mi' : '32Mi' } },
          ...(builds ? [{ name: 'layout', emptyDir: {} }] : []),
        ]),
    ...(way === 'Mounted'
      ? [
          { name: 'stub', emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } },
          { name: 'program', emptyDir: {} },
        ]
      : []),
    ...secrets.flatMap(({ volume, secretName }) => secretVolume(volume, secretName, '.dockerconfigjson')),
    ...secretVolume('package-credentials', builds ? packageCredentials(spec) : null, 'netrc'),
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
