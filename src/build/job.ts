import type { V1Container, V1Job, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { annotations, group, kind, labels, manager, version } from '../api/names.ts';
import type { Config } from '../config/schema.ts';
import { aptConfigArgument, trustArguments } from '../dockerfile/render.ts';
import type { Base, EffectiveSpec } from '../spec/effective.ts';
import { type BuildIdentity, jobName } from './identity.ts';

/** Containers of the build Pod, in their order; logs and exit codes are read by these names. */
export const containers = { credentials: 'credentials', build: 'build', push: 'push' } as const;

/** Where things lie inside the build Pod. The folder is Kaniko's own business nowhere. */
const paths = {
  dockerfile: '/imagespec/dockerfile',
  docker: '/imagespec/docker',
  layout: '/imagespec/layout',
  trust: '/imagespec/trust',
  pullSecret: '/imagespec/secrets/pull',
  pushSecret: '/imagespec/secrets/push',
} as const;

/** Our image's user; the Pod's fsGroup lets it read the layout and the Secrets. */
const operatorUser = 65_532;

/** What Kaniko needs to unpack a base and run its steps; facts of facts/kaniko.md A4, all within Pod Security *baseline*. */
const builderCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETFCAP', 'SETGID', 'SETUID'];

/** A mesh's sidecar would keep the Job from ending. */
const withoutSidecars = {
  'sidecar.istio.io/inject': 'false',
  'linkerd.io/inject': 'disabled',
  'kuma.io/sidecar-injection': 'disabled',
  'consul.hashicorp.com/connect-inject': 'false',
};

/** Everything that determines a build Job. */
export interface JobInput {
  readonly owner: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly identity: BuildIdentity;
  readonly spec: EffectiveSpec;
  readonly bases: readonly Base[];
  readonly dockerfile: string;
  readonly config: Config;
}

/** The one Job of a build (design, section 2.6). No label or annotation of the resource is copied. */
export function buildJob(input: JobInput): V1Job {
  const { owner, identity, spec, config } = input;
  const ownLabels = {
    [labels.managedBy]: manager,
    [labels.uid]: owner.uid,
    [labels.role]: 'build',
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(owner.uid, identity),
      namespace: owner.namespace,
      labels: ownLabels,
      annotations: { [annotations.build]: JSON.stringify(identity) },
      ownerReferences: [
        {
          apiVersion: `${group}/${version}`,
          kind,
          name: owner.name,
          uid: owner.uid,
          controller: true,
          blockOwnerDeletion: false,
        },
      ],
    },
    spec: {
      backoffLimit: 0,
      podReplacementPolicy: 'Failed',
      template: {
        metadata: {
          labels: { ...ownLabels, 'sidecar.istio.io/inject': 'false' },
          annotations: { ...withoutSidecars, [annotations.dockerfile]: input.dockerfile },
        },
        spec: {
          restartPolicy: 'Never',
          activeDeadlineSeconds: spec.timeoutSeconds,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 5,
          securityContext: { fsGroup: operatorUser, seccompProfile: { type: 'RuntimeDefault' } },
          imagePullSecrets: config.build.imagePullSecrets.map((name) => ({ name })),
          initContainers: [credentialsContainer(input), builderContainer(input)],
          containers: [pushContainer(input)],
          volumes: volumes(spec),
        },
      },
    },
  };
}

function credentialsContainer({ spec, bases, config }: JobInput): V1Container {
  return {
    name: containers.credentials,
    image: config.images.operator,
    args: [
      'credentials',
      ...(spec.pullSecret === null ? [] : ['--secret', `${paths.pullSecret}/.dockerconfigjson`]),
      ...bases.flatMap(({ image }) => ['--for', image]),
      '--output',
      `${paths.docker}/config.json`,
      ...(config.caBundle === '' ? [] : ['--trust', paths.trust]),
    ],
    env: config.caBundle === '' ? [] : [{ name: 'IMAGESPEC_CA_BUNDLE', value: config.caBundle }],
    resources: smallResources,
    securityContext: restricted,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'docker', mountPath: paths.docker },
      { name: 'trust', mountPath: paths.trust },
      ...(spec.pullSecret === null ? [] : [{ name: 'pull-secret', mountPath: paths.pullSecret, readOnly: true }]),
    ],
  };
}

function builderContainer({ owner, identity, spec, bases, config }: JobInput): V1Container {
  const buildArgs: readonly (readonly [string, string])[] = [
    ...trustBuildArguments(config),
    ...proxyVariables(config),
    ...spec.args.map(({ name, value }) => [name, value] as const),
  ];
  const base = bases.at(-1);
  const ociLabels: readonly (readonly [string, string])[] = [
    ...(base === undefined
      ? []
      : ([
          ['org.opencontainers.image.base.name', base.image],
          ['org.opencontainers.image.base.digest', base.digest],
        ] as const)),
    ['imagespec.dev/input-hash', identity.inputHash],
    ['imagespec.dev/origin', `${owner.namespace}/${owner.name}`],
  ];
  return {
    name: containers.build,
    image: config.images.kaniko,
    args: [
      `--dockerfile=${paths.dockerfile}/Dockerfile`,
      `--context=dir://${paths.dockerfile}`,
      `--custom-platform=${spec.platform}`,
      '--no-push',
      `--oci-layout-path=${paths.layout}/image`,
      '--snapshot-mode=redo',
      '--compressed-caching=false',
      '--image-download-retry=3',
      '--image-fs-extract-retry=2',
      '--log-format=text',
      '--log-timestamp=false',
      '--verbosity=info',
      '--force',
      ...config.registries.mirrors.map(
        ({ host, mirror }) => `--registry-map=${host === 'docker.io' ? 'index.docker.io' : host}=${mirror}`,
      ),
      ...config.registries.insecure.map((host) => `--insecure-registry=${host}`),
      ...ociLabels.map(([name, value]) => `--label=${name}=${value}`),
      ...buildArgs.map(([name, value]) => `--build-arg=${name}=${value}`),
    ],
    env: [
      { name: 'DOCKER_CONFIG', value: paths.docker },
      ...(config.caBundle === '' ? [] : [{ name: 'SSL_CERT_FILE', value: `${paths.trust}/ca.crt` }]),
      ...proxyVariables(config).map(([name, value]) => ({ name, value })),
    ],
    resources: { requests: { ...spec.resources.requests }, limits: { ...spec.resources.limits } },
    securityContext: {
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: builderCapabilities },
    },
    terminationMessagePath: '/imagespec/termination',
    volumeMounts: [
      { name: 'dockerfile', mountPath: paths.dockerfile, readOnly: true },
      { name: 'docker', mountPath: paths.docker, readOnly: true },
      { name: 'trust', mountPath: paths.trust, readOnly: true },
      { name: 'layout', mountPath: paths.layout },
    ],
  };
}

function pushContainer({ owner, identity, spec, config }: JobInput): V1Container {
  const insecure = config.registries.insecure.some((host) => spec.repository.startsWith(`${host}/`));
  return {
    name: containers.push,
    image: config.images.operator,
    args: [
      'push',
      '--layout',
      `${paths.layout}/image`,
      '--destination',
      `${spec.repository}:${jobName(owner.uid, identity)}`,
      ...(spec.pushSecret === null ? [] : ['--secret', `${paths.pushSecret}/.dockerconfigjson`]),
      ...(insecure ? ['--insecure'] : []),
    ],
    env: [
      { name: 'DOCKER_CONFIG', value: '/imagespec/push' },
      ...(config.caBundle === '' ? [] : [{ name: 'SSL_CERT_FILE', value: `${paths.trust}/ca.crt` }]),
      ...proxyVariables(config).map(([name, value]) => ({ name, value })),
    ],
    resources: smallResources,
    securityContext: { ...restricted, ...layoutReader },
    volumeMounts: [
      { name: 'layout', mountPath: paths.layout, readOnly: true },
      { name: 'trust', mountPath: paths.trust, readOnly: true },
      { name: 'push-config', mountPath: '/imagespec/push' },
      ...(spec.pushSecret === null
        ? []
        : [{ name: 'push-secret', mountPath: paths.pushSecret, readOnly: true } satisfies V1VolumeMount]),
    ],
  };
}

const smallResources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } };

const restricted = {
  runAsNonRoot: true,
  runAsUser: operatorUser,
  runAsGroup: operatorUser,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/**
 * Kaniko, which is root, makes the blobs of a layout readable for their owner only. Root without any capability, beside
 * no code of a user, may read them and nothing more.
 */
const layoutReader = { runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 };

function volumes(spec: EffectiveSpec): V1Volume[] {
  return [
    {
      name: 'dockerfile',
      downwardAPI: {
        items: [{ path: 'Dockerfile', fieldRef: { fieldPath: `metadata.annotations['${annotations.dockerfile}']` } }],
      },
    },
    { name: 'docker', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    { name: 'trust', emptyDir: { medium: 'Memory', sizeLimit: '2Mi' } },
    { name: 'push-config', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    { name: 'layout', emptyDir: {} },
    ...secretVolume('pull-secret', spec.pullSecret),
    ...secretVolume('push-secret', spec.pushSecret),
  ];
}

function secretVolume(name: string, secretName: string | null): V1Volume[] {
  return secretName === null
    ? []
    : [
        {
          name,
          secret: { secretName, defaultMode: 0o440, items: [{ key: '.dockerconfigjson', path: '.dockerconfigjson' }] },
        },
      ];
}

function trustBuildArguments(config: Config): readonly (readonly [string, string])[] {
  return config.caBundle === ''
    ? []
    : [
        ...trustArguments.map((name) => [name, `${paths.trust}/ca.crt`] as const),
        [aptConfigArgument, `${paths.trust}/apt.conf`],
      ];
}

/** Both spellings: programs disagree. Kaniko hands these build arguments to RUN steps without an ARG and keeps none. */
function proxyVariables({ proxy }: Config): readonly (readonly [string, string])[] {
  const named: readonly (readonly [string, string | null])[] = [
    ['HTTP_PROXY', proxy.http],
    ['HTTPS_PROXY', proxy.https],
    ['NO_PROXY', proxy.noProxy],
  ];
  return named.flatMap(([name, value]) =>
    value === null
      ? []
      : ([
          [name, value],
          [name.toLowerCase(), value],
        ] as const),
  );
}
