import { type Failure, failureOf } from '../api/failure.ts';
import type { ImageSpec, ImageSpecSpec } from '../api/imagespec.generated.ts';
import { failed, ok, type Result } from '../api/result.ts';
import type { Config } from '../config/schema.ts';
import { formatRepository, parseReference } from '../oci/reference.ts';
import type { EffectiveSpec, NameValue, Source } from './effective.ts';
import { packageManagers } from './packages/manager.ts';
import { channelFault, packageFault } from './packages/packageFault.ts';

/** What `resolveSpec` reads of an object: name, namespace and spec. */
export interface Asked {
  readonly namespace: string;
  readonly name: string;
  readonly spec: ImageSpec['spec'];
}

/**
 * The seam between what is written and what is done: applies every default of the configuration and refuses what
 * the schema cannot. Operator and command line both call it.
 */
export function resolveSpec(asked: Asked, config: Config): Result<EffectiveSpec, Failure> {
  const { spec } = asked;
  const unsupported = notYetHonoured(spec);
  if (unsupported !== undefined) {
    return failed(failureOf('InvalidSpec', unsupported));
  }
  const source = sourceOf(spec);
  if (!source.ok) {
    return source;
  }
  const repository = repositoryOf(asked, config);
  if (!repository.ok) {
    return repository;
  }
  const policy = policyFault(spec);
  if (policy !== undefined) {
    return failed(failureOf('PolicyViolation', policy));
  }
  return ok({
    source: source.value,
    platform: spec.build?.platform ?? config.build.platform,
    args: nameValues(spec.build?.args),
    pullSecret: spec.pullSecret ?? null,
    repository: repository.value,
    movingTag: spec.output?.tag ?? 'latest',
    pushSecret: spec.output?.pushSecret ?? config.output.pushSecret,
    timeoutSeconds: spec.build?.timeoutSeconds ?? config.build.timeoutSeconds,
    retries: spec.build?.retries ?? config.build.retries,
    resources: {
      requests: quantities(spec.build?.resources?.requests ?? config.build.resources.requests),
      limits: quantities(spec.build?.resources?.limits ?? config.build.resources.limits),
    },
    nodeSelector: {},
    tolerations: [],
    serviceAccountName: null,
    jupyterHubPolicy: spec.jupyterHub?.policy === 'Skip' ? 'Skip' : 'Report',
    suspend: spec.suspend ?? false,
    historyLimit: spec.historyLimit ?? 5,
  });
}

/** A field that this version does not act on is refused, never ignored. */
function notYetHonoured(spec: ImageSpecSpec): string | undefined {
  const set: readonly (readonly [string, boolean])[] = [
    ['spec.baseImageSpecRef', spec.baseImageSpecRef !== undefined],
    ['spec.packages.pipIndexes', (spec.packages?.pipIndexes ?? []).length > 0],
    ['spec.packages.credentialsSecret', spec.packages?.credentialsSecret !== undefined],
    ['spec.verify', (spec.verify ?? []).length > 0],
    ['spec.jupyterHub.policy: Require', spec.jupyterHub?.policy === 'Require'],
    ['spec.jupyterHub.hubVersion', spec.jupyterHub?.hubVersion !== undefined],
    ['spec.jupyterHub.profiles', (spec.jupyterHub?.profiles ?? []).length > 0],
    ['spec.baseUpdate.policy other than Ignore', (spec.baseUpdate?.policy ?? 'Ignore') !== 'Ignore'],
  ];
  const found = set.find(([, present]) => present);
  return found === undefined ? undefined : `${found[0]} is not supported by this version of the operator; remove it`;
}

/** The allow-lists are empty by default, and this version has no others. */
function policyFault(spec: ImageSpecSpec): string | undefined {
  const set: readonly (readonly [string, boolean])[] = [
    ['spec.build.serviceAccountName', spec.build?.serviceAccountName !== undefined],
    ['spec.build.nodeSelector', Object.keys(spec.build?.nodeSelector ?? {}).length > 0],
    ['spec.build.tolerations', (spec.build?.tolerations ?? []).length > 0],
  ];
  const found = set.find(([, present]) => present);
  return found === undefined ? undefined : `${found[0]} is not allowed by the platform's policy; remove it`;
}

function sourceOf(spec: ImageSpecSpec): Result<Source, Failure> {
  if (spec.dockerfile !== undefined) {
    return ok({ is: 'dockerfile', text: spec.dockerfile });
  }
  if (spec.baseImage === undefined) {
    return failed(
      failureOf('InvalidSpec', 'set exactly one of spec.baseImage, spec.baseImageSpecRef and spec.dockerfile'),
    );
  }
  const reference = parseReference(spec.baseImage);
  if (!reference.ok) {
    return failed(failureOf('InvalidSpec', `spec.baseImage: ${reference.message}`));
  }
  for (const manager of packageManagers) {
    for (const [index, entry] of (spec.packages?.[manager] ?? []).entries()) {
      const fault = packageFault(manager, entry);
      if (fault !== undefined) {
        return failed(failureOf('InvalidSpec', `spec.packages.${manager}[${index}]: ${fault}`));
      }
    }
  }
  for (const [index, channel] of (spec.packages?.condaChannels ?? []).entries()) {
    const fault = channelFault(channel);
    if (fault !== undefined) {
      return failed(failureOf('InvalidSpec', `spec.packages.condaChannels[${index}]: ${fault}`));
    }
  }
  return ok({
    is: 'packages',
    baseImage: spec.baseImage,
    apt: spec.packages?.apt ?? [],
    conda: spec.packages?.conda ?? [],
    condaChannels: spec.packages?.condaChannels ?? [],
    pip: spec.packages?.pip ?? [],
    pipIndexes: [],
    credentialsSecret: null,
    env: nameValues(spec.env),
  });
}

function repositoryOf({ namespace, name, spec }: Asked, config: Config): Result<string, Failure> {
  const template = config.output.repositoryTemplate;
  const text = spec.output?.repository ?? template?.replaceAll('{namespace}', namespace).replaceAll('{name}', name);
  if (text === undefined) {
    return failed(
      failureOf(
        'OutputNotConfigured',
        'spec.output.repository is not set, and the operator has no output.repositoryTemplate; set one of them',
      ),
    );
  }
  const reference = parseReference(text);
  if (!reference.ok) {
    return failed(failureOf('InvalidSpec', `spec.output.repository: ${reference.message}`));
  }
  return ok(formatRepository(reference.value));
}

function nameValues(list: readonly NameValue[] | undefined): readonly NameValue[] {
  return (list ?? []).map(({ name, value }) => ({ name, value }));
}

function quantities(amounts: Readonly<Record<string, string | number | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([name, amount]) => (amount === undefined ? [] : [[name, String(amount)]])),
  );
}
