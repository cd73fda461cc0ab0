import type { V1Container, V1EnvVar } from '@kubernetes/client-node';
import type { PlatformSettings } from '../../imagespec/effective.ts';
import { platformArguments, proxyVariables } from '../../imagespec/platformVariables.ts';
import { normaliseRegistry, parseReference } from '../../oci/reference.ts';
import {
  builderCapabilities,
  containers,
  destination,
  type JobInput,
  packageCredentials,
  paths,
  programFolder,
  wayOfJob,
} from '../containers.ts';
import { smallResources } from '../ownPod.ts';
import { placesOf, registryVariables } from '../reach.ts';
import { ociLabels } from './ociLabels.ts';

/** Kaniko works in this folder, and never puts it into an image (pkg/util/fs_util.go, `defaultIgnoreList`). */
const kanikoFolder = '/kaniko';

/** The container that runs the steps of a build. */
export function builderContainer(input: JobInput): V1Container {
  const { spec } = input;
  const { platformSettings: settings } = spec;
  return {
    name: containers.build,
    args: [...buildArguments(input)],
    resources: { requests: { ...spec.resources.requests }, limits: { ...spec.resources.limits } },
    securityContext: {
      runAsUser: 0,
      ...(wayOfJob(input) === 'Mounted' ? { runAsGroup: 0 } : {}),
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: builderCapabilities },
    },
    terminationMessagePath: paths.termination,
    ...(wayOfJob(input) === 'Mounted'
      ? {
          image: placeOfBase(input),
          command: [`${kanikoFolder}/executor`],
          workingDir: '/',
          env: [...mountedVariables(settings)],
        }
      : {
          image: settings.images.kaniko,
          env: [{ name: 'DOCKER_CONFIG', value: paths.docker }, ...registryVariables(settings, paths.trust)],
        }),
    volumeMounts: [
      { name: 'dockerfile', mountPath: paths.dockerfile, readOnly: true },
      { name: 'docker', mountPath: paths.docker, readOnly: true },
      { name: 'trust', mountPath: paths.trust, readOnly: true },
      ...(spec.pushMode === 'Direct' ? [] : [{ name: 'layout', mountPath: paths.layout }]),
      ...(packageCredentials(spec) === null
        ? []
        : [{ name: 'package-credentials', mountPath: paths.netrc.replace(/\/netrc$/, ''), readOnly: true }]),
      ...(wayOfJob(input) === 'Mounted'
        ? [
            { name: 'stub', mountPath: paths.stub, readOnly: true },
            { name: 'program', mountPath: kanikoFolder, subPath: programFolder },
          ]
        : []),
    ],
  };
}

function buildArguments(input: JobInput): readonly string[] {
  const { owner, identity, spec } = input;
  const { platformSettings: settings } = spec;
  const buildArgs: readonly (readonly [string, string])[] = [
    ...platformArguments(settings).map(({ name, value }) => [name, value] as const),
    ...proxyVariables(settings),
    ...automaticArguments(spec.platform),
    ...spec.args.map(({ name, value }) => [name, value] as const),
  ];
  return [
    `--dockerfile=${paths.dockerfile}/Dockerfile`,
    `--context=dir://${paths.dockerfile}`,
    `--custom-platform=${spec.platform}`,
    ...(spec.pushMode === 'Direct'
      ? [
          `--destination=${destination(owner.uid, identity, spec)}`,
          `--image-name-with-digest-file=${paths.termination}`,
          '--push-retry=3',
          // The check uses the credential of the host instead of the repository (go-containerregistry's
          // CheckPushPermission). The operator tested the access before this Job.
          '--skip-push-permission-check=true',
        ]
      : ['--no-push', `--oci-layout-path=${paths.layout}/image`]),
    ...cacheArguments(input),
    '--snapshot-mode=redo',
    '--compressed-caching=false',
    '--image-download-retry=3',
    '--image-fs-extract-retry=2',
    '--log-format=text',
    '--log-timestamp=false',
    '--verbosity=info',
    '--force',
    ...sourceArguments(input),
    ...settings.registries.insecure.map((host) => `--insecure-registry=${host}`),
    ...ociLabels(input).map(([name, value]) => `--label=${name}=${value}`),
    ...buildArgs.map(([name, value]) => `--build-arg=${name}=${value}`),
  ];
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

/** A mounted build takes the stub of its base from a local cache. Kaniko reads one with its layer cache only. */
function cacheArguments(input: JobInput): readonly string[] {
  const { identity, spec } = input;
  const isMounted = wayOfJob(input) === 'Mounted';
  const stub = isMounted ? [`--cache-dir=${paths.stub}`] : [];
  if (spec.cache !== null) {
    return [
      '--cache=true',
      ...stub,
      `--cache-repo=${spec.cache.repository}`,
      // A requested rebuild treats every cached layer as too old, and writes each one again.
      identity.rebuild === null ? `--cache-ttl=${spec.cache.ttlHours}h` : '--cache-ttl=1s',
      '--cache-copy-layers=true',
    ];
  }
  return isMounted
    ? [
        '--cache=true',
        ...stub,
        `--cache-repo=oci:${kanikoFolder}/no-cache`,
        '--no-push-cache=true',
        '--cache-run-layers=false',
      ]
    : [];
}

/** No registry has this name (RFC 2606). */
const noRegistry = 'mounted-base.invalid';

/**
 * Where the builder looks for images. In a mounted build it must not find the base. If it ever missed the stub, it would
 * unpack the base over the mounted one.
 */
function sourceArguments(input: JobInput): readonly string[] {
  const { finalBase, spec } = input;
  const base = finalBase === null ? undefined : parseReference(finalBase.image);
  return wayOfJob(input) === 'Mounted' && base?.ok === true
    ? [`--registry-map=${base.value.registry}=${noRegistry}`, '--skip-default-registry-fallback=true']
    : spec.platformSettings.registries.mirrors.map(
        ({ host, mirror }) => `--registry-map=${normaliseRegistry(host)}=${mirror}`,
      );
}

/** The base by digest, where the operator found it. */
function placeOfBase({ finalBase, spec }: JobInput): string {
  const [place] = finalBase === null ? [] : placesOf(finalBase, spec.platformSettings);
  if (place === undefined) {
    throw new Error('a mounted build without a base');
  }
  return place;
}

/**
 * Variables of the builder where its container is the base's: the base's own reach it too, and a Pod cannot unset one. So
 * each that Kaniko and Go's libraries read has a valid value here, and bases with others are unpacked (`obstacleOf`). RUN steps
 * see none of these: Kaniko gives them the variables of the image.
 */
function mountedVariables(settings: PlatformSettings): readonly V1EnvVar[] {
  const own: Readonly<Record<string, string>> = {
    PATH: kanikoFolder,
    HOME: kanikoFolder,
    USER: 'root',
    TMPDIR: '/tmp',
    XDG_RUNTIME_DIR: kanikoFolder,
    DOCKER_CONFIG: paths.docker,
    SSL_CERT_FILE: '',
    SSL_CERT_DIR: `${kanikoFolder}/ssl/certs`,
    KANIKO_DIR: kanikoFolder,
    // The newer fork looks for the stub as a folder otherwise (pkg/config/featureflags.go).
    FF_KANIKO_OCI_WARMER: 'false',
    GODEBUG: '',
    GOGC: '',
    GOMAXPROCS: '',
    GOMEMLIMIT: '',
    GOTRACEBACK: '',
    ...Object.fromEntries(
      ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
        [name, ''],
        [name.toLowerCase(), ''],
      ]),
    ),
    // Images for GPUs ask the runtime for devices and libraries, which would become a part of the built image.
    NVIDIA_VISIBLE_DEVICES: 'void',
  };
  const registry = registryVariables(settings, paths.trust);
  const named = new Set(registry.map(({ name }) => name));
  return [...Object.entries(own).flatMap(([name, value]) => (named.has(name) ? [] : [{ name, value }])), ...registry];
}

/**
 * Brings the builder's program into a mounted build. The image of Kaniko holds no other program, so Kaniko itself copies its
 * folder. It does so when `KANIKO_DIR` names another one (cmd/executor/cmd/root.go), and then builds nothing.
 */
export function programContainer({ spec: { platformSettings: settings } }: JobInput): V1Container {
  return {
    name: containers.builder,
    image: settings.images.kaniko,
    args: [
      '--no-push',
      `--dockerfile=${paths.stub}/Dockerfile`,
      `--context=dir://${paths.stub}`,
      '--log-format=text',
      '--log-timestamp=false',
      '--force',
    ],
    env: [{ name: 'KANIKO_DIR', value: `${paths.program}/${programFolder}` }],
    resources: smallResources,
    securityContext: {
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'] },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      { name: 'stub', mountPath: paths.stub, readOnly: true },
      { name: 'program', mountPath: paths.program },
    ],
  };
}
