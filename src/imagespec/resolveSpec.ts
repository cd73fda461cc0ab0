import { type Failure, failureOf, joinedFailures } from '../api/failure.ts';
import type { ImageSpec, ImageSpecSpec } from '../api/imagespec.generated.ts';
import { failed, ok, type Result } from '../api/result.ts';
import type { Config } from '../config/schema.ts';
import { formatRepository, normaliseRegistry, parseReference, type Repository } from '../oci/reference.ts';
import type { EffectiveSpec, HubSettings, PlatformSettings, Toleration } from './effective.ts';
import { filled } from './policy/patterns.ts';
import { defaultVerifySeconds, policyFaults } from './policy/policy.ts';
import { repositoryBound, repositoryFault } from './policy/repositories.ts';
import { resourcesOf } from './policy/resources.ts';
import { nameValues, sourceOf } from './source.ts';

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
  const source = sourceOf(spec, config);
  const repository = repositoryOf(asked, config);
  const cache = cacheOf(asked, config);
  const violations = repository.ok
    ? policyFaults({ spec, placeholders: asked, repository: repository.value }, config)
    : [];
  if (!source.ok || !repository.ok || !cache.ok || violations.length > 0) {
    const failures = [source, repository, cache].flatMap((part) => (part.ok ? [] : [part.failure]));
    const violation = failureOf('PolicyViolation', violations.join('\n'));
    return failed(joinedFailures(violations.length === 0 ? failures : [...failures, violation]));
  }
  return ok({
    source: source.value,
    platform: spec.build?.platform ?? config.build.platform,
    args: nameValues(spec.build?.args),
    pullSecret: spec.pullSecret ?? null,
    registrySecrets: config.registries.pullSecrets.map(({ host, secret }) => ({
      registry: normaliseRegistry(host),
      secret,
    })),
    pushMode: config.build.pushMode,
    cache: cache.value,
    repository: formatRepository(repository.value),
    repositoryBound: repositoryBound(repository.value, asked, config),
    movingTag: movingTagOf(asked),
    pushSecret: spec.output?.pushSecret ?? config.output.pushSecret,
    timeoutSeconds:
      spec.build?.timeoutSeconds ?? Math.min(config.build.timeoutSeconds, config.build.ceilings.timeoutSeconds),
    retries: spec.build?.retries ?? config.build.retries,
    resources: resourcesOf(spec.build?.resources, config),
    nodeSelector: definedEntries(spec.build?.nodeSelector ?? {}),
    tolerations: (spec.build?.tolerations ?? []).map(tolerationOf),
    serviceAccountName: spec.build?.serviceAccountName ?? null,
    hub: hubOf(spec, config),
    verify: (spec.verify ?? []).map(({ name, command, timeoutSeconds }) => ({
      name,
      command,
      timeoutSeconds: timeoutSeconds ?? defaultVerifySeconds,
    })),
    baseUpdate: {
      policy: spec.baseUpdate?.policy ?? 'Ignore',
      intervalSeconds: spec.baseUpdate?.intervalSeconds ?? defaultBaseInterval,
    },
    display: displayOf(asked),
    platformSettings: platformSettingsOf(config),
    suspend: spec.suspend ?? false,
    historyLimit: spec.historyLimit ?? 5,
  });
}

const defaultBaseInterval = 21_600;

/**
 * The moving tag as `repository:tag`; known of a spec that is refused for something else as well. null: there is none, or the
 * policy does not let this ImageSpec push there. Then it must not keep the tag from others either.
 */
export function outputOf(asked: Asked, config: Config): string | null {
  const repository = repositoryOf(asked, config);
  return repository.ok && repositoryFault(repository.value, asked, config) === undefined
    ? `${formatRepository(repository.value)}:${movingTagOf(asked)}`
    : null;
}

function movingTagOf({ spec }: Asked): string {
  return spec.output?.tag ?? 'latest';
}

/** What people read in the Hub's list. It has no rules of its own, so it is known of a spec that is refused as well. */
export function displayOf({ name, spec }: Pick<Asked, 'name' | 'spec'>): EffectiveSpec['display'] {
  return { name: spec.displayName ?? name, description: spec.description ?? '' };
}

/** How the image is offered to the Hub; like `displayOf` known of a spec that is refused as well. */
export function offerOf({ jupyterHub }: ImageSpecSpec): Pick<HubSettings, 'policy' | 'profiles'> {
  return { policy: jupyterHub?.policy ?? 'Report', profiles: jupyterHub?.profiles ?? [] };
}

/** The part of the configuration that the Pods of a build are made from. */
export function platformSettingsOf({
  images,
  build,
  registries: { mirrors, insecure },
  caBundle,
  proxy,
  pip,
  conda,
  apt,
  cran,
}: Config): PlatformSettings {
  const { priorityClassName, imagePullSecrets, base, runtimeClassName, hostUsers } = build;
  const { nodeSelector, tolerations, affinity, labels, annotations } = build;
  return {
    images,
    build: {
      priorityClassName,
      imagePullSecrets,
      base,
      sandbox: { runtimeClassName, hostUsers },
      placement: { nodeSelector, tolerations, affinity, labels, annotations },
    },
    registries: { mirrors, insecure },
    caBundle,
    proxy,
    pip,
    conda,
    apt,
    cran,
  };
}

function hubOf(spec: ImageSpecSpec, config: Config): HubSettings {
  const { hubVersion, probe } = config.jupyterHub;
  const { jupyterHub } = spec;
  return {
    ...offerOf(spec),
    source: spec.dockerfile === undefined ? 'packages' : 'dockerfile',
    hubVersion: jupyterHub?.hubVersion ?? hubVersion,
    hubVersionFrom: jupyterHub?.hubVersion === undefined ? 'platform' : 'spec',
    probe: probe.mode,
    args: probe.args,
    uid: probe.uid,
    fsGroup: probe.fsGroup,
    homePath: probe.homePath,
    port: probe.port,
    env: probe.env,
    timeoutSeconds: probe.timeoutSeconds,
    resources: { requests: quantities(probe.resources.requests), limits: quantities(probe.resources.limits) },
    nodeSelector: probe.nodeSelector,
    tolerations: probe.tolerations,
    affinity: probe.affinity,
    labels: probe.labels,
    annotations: probe.annotations,
    priorityClassName: probe.priorityClassName ?? config.build.priorityClassName,
    sandbox: { runtimeClassName: probe.runtimeClassName, hostUsers: probe.hostUsers },
  };
}

function repositoryOf(asked: Asked, config: Config): Result<Repository, Failure> {
  const template = config.output.repositoryTemplate;
  const text = asked.spec.output?.repository ?? (template === null ? undefined : filled(template, asked));
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
    const fault =
      asked.spec.output?.repository === undefined
        ? `metadata.name: output.repositoryTemplate (${template ?? ''}) makes no repository of namespace ${asked.namespace} and name ${asked.name}: ${reference.message}; choose another name, or set spec.output.repository`
        : `spec.output.repository: ${reference.message}`;
    return failed(failureOf('InvalidSpec', fault));
  }
  return ok(reference.value);
}

function cacheOf(asked: Asked, { cache }: Config): Result<EffectiveSpec['cache'], Failure> {
  if (cache.repositoryTemplate === null) {
    return ok(null);
  }
  const reference = parseReference(filled(cache.repositoryTemplate, asked));
  return reference.ok
    ? ok({ repository: formatRepository(reference.value), secret: cache.secret, ttlHours: cache.ttlHours })
    : failed(
        failureOf(
          'InvalidSpec',
          `metadata.name: cache.repositoryTemplate (${cache.repositoryTemplate}) makes no repository of namespace ${asked.namespace} and name ${asked.name}: ${reference.message}; choose another name, or ask the administrator to change it`,
        ),
      );
}

function quantities(amounts: Readonly<Record<string, string | number | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([name, amount]) => (amount === undefined ? [] : [[name, String(amount)]])),
  );
}

function definedEntries(map: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

type GivenToleration = NonNullable<NonNullable<ImageSpecSpec['build']>['tolerations']>[number];

function tolerationOf({ key, operator, value, effect, tolerationSeconds }: GivenToleration): Toleration {
  return {
    key: key ?? '',
    operator: operator ?? 'Equal',
    value: value ?? '',
    effect: effect ?? '',
    tolerationSeconds: tolerationSeconds ?? null,
  };
}
