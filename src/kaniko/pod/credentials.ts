import type { V1Container } from '@kubernetes/client-node';
import { aptConfiguration } from '../../imagespec/platformVariables.ts';
import {
  builderSecrets,
  containers,
  hasTrust,
  type JobInput,
  paths,
  readsBaseLayers,
  secretFile,
  secretMount,
  wayOfJob,
} from '../containers.ts';
import { restricted, smallResources } from '../ownPod.ts';
import { placesOf, registryVariables } from '../reach.ts';

/** The first container of a build: it makes the keyrings of the others, and reads the base for them. */
export function credentialsContainer(input: JobInput): V1Container {
  const { spec, bases } = input;
  const { platformSettings: settings } = spec;
  const secrets = builderSecrets(input);
  const base = baseArguments(input);
  return {
    name: containers.credentials,
    image: settings.images.operator,
    args: [
      'credentials',
      ...secrets.flatMap((secret) => [`--${secret.use}-secret`, secretFile(secret)]),
      ...bases.flatMap(({ image }) => ['--pull', image]),
      ...(spec.cache === null || wayOfJob(input) === 'Composed' ? [] : ['--cache', spec.cache.repository]),
      ...(spec.pushMode === 'Direct' ? ['--push', spec.repository] : []),
      '--output',
      `${paths.docker}/config.json`,
      ...(hasTrust(settings) ? ['--trust', paths.trust] : []),
      ...base,
    ],
    env: [
      ...(hasTrust(settings)
        ? [
            { name: 'IMAGESPEC_CA_BUNDLE', value: settings.caBundle },
            { name: 'IMAGESPEC_APT_CONFIGURATION', value: aptConfiguration(settings) },
          ]
        : []),
      ...(base.length > 0 ? registryVariables(settings, paths.trust) : []),
    ],
    resources: smallResources,
    securityContext: restricted,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'docker', mountPath: paths.docker },
      { name: 'trust', mountPath: paths.trust },
      ...(base.length > 0 ? [{ name: 'push-config', mountPath: paths.push }] : []),
      ...(wayOfJob(input) === 'Mounted' ? [{ name: 'stub', mountPath: paths.stub }] : []),
      ...secrets.map(secretMount),
    ],
  };
}

/** What is read of the final base: its layers, to be compared with, or all of it, to stand on. */
function baseArguments(input: JobInput): readonly string[] {
  const { finalBase, spec } = input;
  const way = wayOfJob(input);
  if (finalBase === null || (way === 'Unpacked' && !readsBaseLayers(input))) {
    return [];
  }
  const { platformSettings: settings } = spec;
  return [
    ...placesOf(finalBase, settings).flatMap((place) => ['--base', place]),
    ...settings.registries.insecure.flatMap((host) => ['--insecure', host]),
    ...(way === 'Unpacked'
      ? ['--base-layers', paths.baseLayers]
      : ['--base-image', paths.baseImage, '--base-keyring', paths.baseKeyring]),
    ...(way === 'Mounted' ? ['--stub', paths.stub] : []),
  ];
}
