import type { V1VolumeMount } from '@kubernetes/client-node';
import type { Base, EffectiveSpec, PlatformSettings } from '../imagespec/effective.ts';
import { aptConfiguration, paths as inDockerfile } from '../imagespec/platformVariables.ts';
import { pullSecretsFor } from '../imagespec/pullSecrets.ts';
import type { BaseWay } from './base/way.ts';
import { type BuildIdentity, jobName } from './identity.ts';
import type { Owner } from './ownPod.ts';

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

/** Containers of the build Pod, in order; logs and exit codes are read by these names. `builder` brings the program of `build`. */
export const containers = { credentials: 'credentials', builder: 'builder', build: 'build', push: 'push' } as const;

/** Mount paths in the build Pod; none collides with a path of Kaniko. */
export const paths = {
  ...inDockerfile,
  dockerfile: '/imagespec/dockerfile',
  docker: '/imagespec/docker',
  layout: '/imagespec/layout',
  push: '/imagespec/push',
  /** On the push container's own volume: no RUN step can reach what is there. */
  baseLayers: '/imagespec/push/base-layers.json',
  baseImage: '/imagespec/push/base-image.json',
  baseKeyring: '/imagespec/push/base-keyring.json',
  secrets: '/imagespec/secrets',
  /** What the builder takes for the base in a mounted build: its configuration, without layers. */
  stub: '/imagespec/stub',
  /** Where the builder's program waits for its container, below a volume: a program cannot replace a mount. */
  program: '/imagespec/builder',
  termination: '/imagespec/termination',
} as const;

/** Folder of the builder's program on its volume. */
export const programFolder = 'kaniko';

/** The capabilities that Kaniko needs to unpack a base and run its steps; all within Pod Security *baseline*. */
export const builderCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETFCAP', 'SETGID', 'SETUID'];

/** How the base gets under this build. */
export function wayOfJob({ identity }: Pick<JobInput, 'identity'>): BaseWay {
  return identity.base ?? 'Unpacked';
}

/** A Secret with registry credentials, its place in the Pod, and the images that it opens. */
interface RegistrySecret {
  readonly volume: string;
  readonly secretName: string;
  readonly use: 'pull' | 'cache' | 'push';
}

/** The Secrets from which the `credentials` container makes keyrings. */
export function builderSecrets(input: Pick<JobInput, 'identity' | 'spec' | 'bases'>): readonly RegistrySecret[] {
  const { spec, bases } = input;
  const pull = pullSecretsFor(
    spec,
    bases.map(({ image }) => image),
  );
  const cache = wayOfJob(input) === 'Composed' ? null : (spec.cache?.secret ?? null);
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

export function secretMount({ volume }: RegistrySecret): V1VolumeMount {
  return { name: volume, mountPath: `${paths.secrets}/${volume}`, readOnly: true };
}

export function secretFile({ volume }: RegistrySecret): string {
  return `${paths.secrets}/${volume}/.dockerconfigjson`;
}

/** Whether the push looks for the base's layers in the built image: not in mode Direct, and `scratch` has none. */
export function readsBaseLayers(input: JobInput): boolean {
  return input.spec.pushMode === 'Isolated' && input.finalBase !== null && wayOfJob(input) === 'Unpacked';
}

/** The tag that only this Job pushes to; the operator moves good images to the real tags. */
export function destination(uid: string, identity: BuildIdentity, { repository }: EffectiveSpec): string {
  return `${repository}:${jobName(uid, identity)}`;
}

/** Whether the `credentials` container has platform files to write. */
export function hasTrust(settings: PlatformSettings): boolean {
  return settings.caBundle !== '' || aptConfiguration(settings) !== '';
}

/** The Secret whose netrc is mounted only where packages are installed. */
export function packageCredentials({ source }: EffectiveSpec): string | null {
  return source.is === 'packages' ? source.credentialsSecret : null;
}
