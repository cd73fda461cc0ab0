import type { V1Container } from '@kubernetes/client-node';
import {
  containers,
  destination,
  type JobInput,
  paths,
  pushSecrets,
  readsBaseLayers,
  secretFile,
  secretMount,
  wayOfJob,
} from '../containers.ts';
import { restricted, smallResources } from '../ownPod.ts';
import { registryVariables } from '../reach.ts';
import { ociLabels } from './ociLabels.ts';

/**
 * Kaniko runs as root and makes the blobs of a layout readable for their owner only. Root without capabilities, beside
 * no user's code, can read them and nothing more.
 */
const layoutReader = { runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 };

/** The container that pushes, and beside which no user's code runs. */
export function pushContainer(input: JobInput): V1Container {
  const { owner, identity, spec } = input;
  const { platformSettings: settings } = spec;
  const insecure = settings.registries.insecure.some((host) => spec.repository.startsWith(`${host}/`));
  return {
    name: containers.push,
    image: settings.images.operator,
    args: [
      'push',
      ...imageArguments(input),
      '--destination',
      destination(owner.uid, identity, spec),
      ...pushSecrets(spec).flatMap((secret) => ['--secret', secretFile(secret)]),
      ...(insecure ? ['--insecure'] : []),
      ...(readsBaseLayers(input) ? ['--base-layers', paths.baseLayers] : []),
    ],
    env: [{ name: 'DOCKER_CONFIG', value: paths.push }, ...registryVariables(settings, paths.trust)],
    resources: smallResources,
    securityContext: wayOfJob(input) === 'Composed' ? restricted : { ...restricted, ...layoutReader },
    volumeMounts: [
      ...(wayOfJob(input) === 'Composed' ? [] : [{ name: 'layout', mountPath: paths.layout, readOnly: true }]),
      { name: 'trust', mountPath: paths.trust, readOnly: true },
      { name: 'push-config', mountPath: paths.push },
      ...pushSecrets(spec).map(secretMount),
    ],
  };
}

/** What is pushed: a layout, one on top of the base, or the base with other settings. */
function imageArguments(input: JobInput): readonly string[] {
  const { spec } = input;
  const layout = ['--layout', `${paths.layout}/image`];
  const base = ['--base-image', paths.baseImage, '--base-keyring', paths.baseKeyring];
  switch (wayOfJob(input)) {
    case 'Unpacked':
      return layout;
    case 'Mounted':
      return [...layout, ...base];
    case 'Composed':
      return [
        ...base,
        '--platform',
        spec.platform,
        ...(spec.source.is === 'packages' ? spec.source.env : []).flatMap(({ name, value }) => [
          '--set-env',
          `${name}=${value}`,
        ]),
        ...ociLabels(input).flatMap(([name, value]) => ['--set-label', `${name}=${value}`]),
      ];
  }
}
