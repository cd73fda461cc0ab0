import type { V1Container, V1VolumeMount } from '@kubernetes/client-node';
import { labels } from '../api/names.ts';
import { buildInput, formatInput } from '../imagespec/changes.ts';
import type { Base, EffectiveSpec, PlatformSettings } from '../imagespec/effective.ts';
import {
  aptConfiguration,
  paths as inDockerfile,
  platformArguments,
  proxyVariables,
} from '../imagespec/platformVariables.ts';
import { pullSecretsFor } from '../imagespec/pullSecrets.ts';
import { normaliseRegistry } from '../oci/reference.ts';
import { type BuildIdentity, jobName } from './identity.ts';
import { type Owner, restricted, smallResources } from './ownPod.ts';
import { placesOf, registryVariables } from './reach.ts';

/** Everything that determines a build Job. */
export interface JobInput {
  readonly owner: Owner;
  readonly identity: BuildIdentity;
  readonly spec: EffectiveSpec;
  readonly bases: readonly Base[];
  /** The base of the last stage; null for `scratch`. */
  readonly finalBase: Base | null;
  readonly dockerfile: string;
}

/** Containers of the build Pod, in order; logs and exit codes are read by these names. */
export const containers = { credentials: 'credentials', build: 'build', push: 'push' } as const;

/** Mount paths in the build Pod; none collides with a path of Kaniko. */
const paths = {
  ...inDockerfile,
  dockerfile: '/imagespec/dockerfile',
  docker: '/imagespec/docker',
  layout: '/imagespec/layout',
  push: '/imagespec/push',
  /** On the push container's own volume: no RUN step can reach it. */
  baseLayers: '/imagespec/push/base-layers.json',
  secrets: '/imagespec/secrets',
} as const;

/** The builder writes the reference of the pushed image here. */
const terminationFile = '/imagespec/termination';

/** The capabilities that Kaniko needs to unpack a base and run its steps; all within Pod Security *baseline*. */
const builderCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETFCAP', 'SETGID', 'SETUID'];

/** A Secret with registry credentials, its place in the Pod, and the images that it opens. */
interface RegistrySecret {
  readonly volume: string;
  readonly secretName: string;
  readonly use: 'pull' | 'cache' | 'push';
}

/** The Secrets from which the `credentials` container makes the builder's keyring. */
export function builderSecrets({ spec, bases }: Pick<JobInput, 'spec' | 'bases'>): readonly RegistrySecret[] {
  const pull = pullSecretsFor(
    spec,
    bases.map(({ image }) => image),
  );
  const cache = spec.cache?.secret ?? null;
  return [
    ...pull.map((secretName, index) => ({ volume: `pull-secret-${index}`, secretName, use: 'pull' as const })),
    ...(cache === null ? [] : [{ volume: 'cache-secret', secretName: cache, use: 'cache' as const }]),
    ...(spec.pushMode === 'Direct' ? pushSecrets(spec) : []),
  ];
}

/** The push Secret; in mode Isolated only the `push` container has it. */
export function pushSecrets({ pushSecret }: EffectiveSpec): readonly RegistrySecret[] {
  return pushSecret === null ? [] : [{ volume: 'push-secret', secretName: pushSecret, use: 'push' }];
}

function secretMount({ volume }: RegistrySecret): V1VolumeMount {
  return { name: volume, mountPath: `${paths.secrets}/${volume}`, readOnly: true };
}

function secretFile({ volume }: RegistrySecret): string {
  return `${paths.secrets}/${volume}/.dockerconfigjson`;
}

export function credentialsContainer(input: JobInput): V1Container {
  const { spec, bases, finalBase } = input;
  const { platformSettings: settings } = spec;
  const secrets = builderSecrets(input);
  const layers = readsBaseLayers(input);
  return {
    name: containers.credentials,
    image: settings.images.operator,
    args: [
      'credentials',
      ...secrets.flatMap((secret) => [`--${secret.use}-secret`, secretFile(secret)]),
      ...bases.flatMap(({ image }) => ['--pull', image]),
      ...(spec.cache === null ? [] : ['--cache', spec.cache.repository]),
      ...(spec.pushMode === 'Direct' ? ['--push', spec.repository] : []),
      '--output',
      `${paths.docker}/config.json`,
      ...(hasTrust(settings) ? ['--trust', paths.trust] : []),
      ...(layers && finalBase !== null
        ? [
            ...placesOf(finalBase, settings).flatMap((place) => ['--base', place]),
            ...settings.registries.insecure.flatMap((host) => ['--insecure', host]),
            '--base-layers',
            paths.baseLayers,
          ]
        : []),
    ],
    env: [
      ...(hasTrust(settings)
        ? [
            { name: 'IMAGESPEC_CA_BUNDLE', value: settings.caBundle },
            { name: 'IMAGESPEC_APT_CONFIGURATION', value: aptConfiguration(settings) },
          ]
        : []),
      ...(layers ? registryVariables(settings, paths.trust) : []),
    ],
    resources: smallResources,
    securityContext: restricted,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'docker', mountPath: paths.docker },
      { name: 'trust', mountPath: paths.trust },
      ...(layers ? [{ name: 'push-config', mountPath: paths.push }] : []),
      ...secrets.map(secretMount),
    ],
  };
}

export function builderContainer({ owner, identity, spec, bases, finalBase }: JobInput): V1Container {
  const { platformSettings: settings } = spec;
  const input = formatInput(buildInput(spec, bases));
  const buildArgs: readonly (readonly [string, string])[] = [
    ...platformArguments(settings).map(({ name, value }) => [name, value] as const),
    ...proxyVariables(settings),
    ...automaticArguments(spec.platform),
    ...spec.args.map(({ name, value }) => [name, value] as const),
  ];
  const ociLabels: readonly (readonly [string, string])[] = [
    ...(finalBase === null
      ? []
      : ([
          ['org.opencontainers.image.base.name', finalBase.image],
          ['org.opencontainers.image.base.digest', finalBase.digest],
        ] as const)),
    [labels.inputHash, identity.inputHash],
    ...(input === undefined ? [] : ([[labels.input, input]] as const)),
    ['imagespec.dev/origin', `${owner.namespace}/${owner.name}`],
  ];
  return {
    name: containers.build,
    image: settings.images.kaniko,
    args: [
      `--dockerfile=${paths.dockerfile}/Dockerfile`,
      `--context=dir://${paths.dockerfile}`,
      `--custom-platform=${spec.platform}`,
      ...(spec.pushMode === 'Direct'
        ? [
            `--destination=${destination(owner.uid, identity, spec)}`,
            `--image-name-with-digest-file=${terminationFile}`,
            '--push-retry=3',
            // The check uses the credential of the host instead of the repository (go-containerregistry's
            // CheckPushPermission). The operator tested the access before this Job.
            '--skip-push-permission-check=true',
          ]
        : ['--no-push', `--oci-layout-path=${paths.layout}/image`]),
      ...(spec.cache === null
        ? []
        : [
            '--cache=true',
            `--cache-repo=${spec.cache.repository}`,
            // A requested rebuild treats every cached layer as too old, and writes each one again.
            identity.rebuild === null ? `--cache-ttl=${spec.cache.ttlHours}h` : '--cache-ttl=1s',
            '--cache-copy-layers=true',
          ]),
      '--snapshot-mode=redo',
      '--compressed-caching=false',
      '--image-download-retry=3',
      '--image-fs-extract-retry=2',
      '--log-format=text',
      '--log-timestamp=false',
      '--verbosity=info',
      '--force',
      ...settings.registries.mirrors.map(({ host, mirror }) => `--registry-map=${normaliseRegistry(host)}=${mirror}`),
      ...settings.registries.insecure.map((host) => `--insecure-registry=${host}`),
      ...ociLabels.map(([name, value]) => `--label=${name}=${value}`),
      ...buildArgs.map(([name, value]) => `--build-arg=${name}=${value}`),
    ],
    env: [{ name: 'DOCKER_CONFIG', value: paths.docker }, ...registryVariables(settings, paths.trust)],
    resources: { requests: { ...spec.resources.requests }, limits: { ...spec.resources.limits } },
    securityContext: {
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: builderCapabilities },
    },
    terminationMessagePath: terminationFile,
    volumeMounts: [
      { name: 'dockerfile', mountPath: paths.dockerfile, readOnly: true },
      { name: 'docker', mountPath: paths.docker, readOnly: true },
      { name: 'trust', mountPath: paths.trust, readOnly: true },
      ...(spec.pushMode === 'Direct' ? [] : [{ name: 'layout', mountPath: paths.layout }]),
      ...(packageCredentials(spec) === null
        ? []
        : [{ name: 'package-credentials', mountPath: paths.netrc.replace(/\/netrc$/, ''), readOnly: true }]),
    ],
  };
}

export function pushContainer(input: JobInput): V1Container {
  const { owner, identity, spec } = input;
  const { platformSettings: settings } = spec;
  const insecure = settings.registries.insecure.some((host) => spec.repository.startsWith(`${host}/`));
  return {
    name: containers.push,
    image: settings.images.operator,
    args: [
      'push',
      '--layout',
      `${paths.layout}/image`,
      '--destination',
      destination(owner.uid, identity, spec),
      ...pushSecrets(spec).flatMap((secret) => ['--secret', secretFile(secret)]),
      ...(insecure ? ['--insecure'] : []),
      ...(readsBaseLayers(input) ? ['--base-layers', paths.baseLayers] : []),
    ],
    env: [{ name: 'DOCKER_CONFIG', value: paths.push }, ...registryVariables(settings, paths.trust)],
    resources: smallResources,
    securityContext: { ...restricted, ...layoutReader },
    volumeMounts: [
      { name: 'layout', mountPath: paths.layout, readOnly: true },
      { name: 'trust', mountPath: paths.trust, readOnly: true },
      { name: 'push-config', mountPath: paths.push },
      ...pushSecrets(spec).map(secretMount),
    ],
  };
}

/** Whether the push looks for the base's layers in the built image: not in mode Direct, and `scratch` has none. */
function readsBaseLayers({ spec, finalBase }: JobInput): boolean {
  return spec.pushMode === 'Isolated' && finalBase !== null;
}

/** What BuildKit sets by itself and Kaniko does not (Dockerfile reference, "Automatic platform ARGs"). Nothing is built for another platform than the node's. */
function automaticArguments(platform: string): readonly (readonly [string, string])[] {
  const [os = '', arch = '', variant = ''] = platform.split('/');
  return ['TARGET', 'BUILD'].flatMap((prefix) => [
    [`${prefix}PLATFORM`, platform] as const,
    [`${prefix}OS`, os] as const,
    [`${prefix}ARCH`, arch] as const,
    [`${prefix}VARIANT`, variant] as const,
  ]);
}

/** The tag that only this Job pushes to; the operator moves good images to the real tags. */
function destination(uid: string, identity: BuildIdentity, { repository }: EffectiveSpec): string {
  return `${repository}:${jobName(uid, identity)}`;
}

/**
 * Kaniko runs as root and makes the blobs of a layout readable for their owner only. Root without capabilities, beside
 * no user's code, can read them and nothing more.
 */
const layoutReader = { runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 };

/** Whether the `credentials` container has platform files to write. */
function hasTrust(settings: PlatformSettings): boolean {
  return settings.caBundle !== '' || aptConfiguration(settings) !== '';
}

/** The Secret whose netrc is mounted only where packages are installed. */
export function packageCredentials({ source }: EffectiveSpec): string | null {
  return source.is === 'packages' ? source.credentialsSecret : null;
}
