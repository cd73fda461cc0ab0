import type { ImageSpecSpec } from '../api/imagespec.generated.ts';
import type { Config } from '../config/schema.ts';
import type { Repository } from '../oci/reference.ts';
import { condaChannelsOf } from '../packages/conda/grammar.ts';
import { filled, matchesPattern, type Placeholders } from './patterns.ts';
import { quantityOf } from './quantity.ts';

/** The user's request, as the policy sees it. */
export interface Request {
  readonly spec: ImageSpecSpec;
  readonly placeholders: Placeholders;
  readonly repository: Repository;
}

/** Default of `timeoutSeconds` of a command of `spec.verify`. */
export const defaultVerifySeconds = 60;

type Rule = (request: Request, config: Config) => string | undefined;

/** All rules, in the order of their messages. Each message names the field, the setting, and what to do. */
const rules: readonly Rule[] = [
  ownDockerfile,
  outputRepository,
  pullSecret,
  pipIndexUrls,
  condaChannels,
  serviceAccount,
  nodeSelector,
  tolerations,
  timeout,
  verifyTime,
  resources,
  profiles,
  requiredVerdict,
];

/** What of the platform's policy a spec violates, as one sentence for each violation. The base images are another question. */
export function policyFaults(request: Request, config: Config): readonly string[] {
  return rules.flatMap((rule) => rule(request, config) ?? []);
}

/** Whether the policy lets an image be built on this one. */
export function baseImageFault(
  place: string,
  image: Repository,
  placeholders: Placeholders,
  { policy }: Config,
): string | undefined {
  const allowed = policy.baseImages;
  return allowed.length === 0 || allowed.some((pattern) => matchesPattern(pattern, image, placeholders))
    ? undefined
    : `${place}: policy.baseImages does not allow ${image.registry}/${image.repository}; use one of ${list(allowed, placeholders)}`;
}

function ownDockerfile({ spec }: Request, { policy }: Config): string | undefined {
  return spec.dockerfile !== undefined && policy.ownDockerfiles === 'Refused'
    ? 'spec.dockerfile: policy.ownDockerfiles does not allow Dockerfiles of users; use spec.baseImage with spec.packages'
    : undefined;
}

function outputRepository({ repository, placeholders }: Request, { policy }: Config): string | undefined {
  const allowed = policy.repositories;
  return allowed.length === 0 || allowed.some((pattern) => matchesPattern(pattern, repository, placeholders))
    ? undefined
    : `spec.output.repository: policy.repositories does not allow ${repository.registry}/${repository.repository}; use one of ${list(allowed, placeholders)}`;
}

/** Whether only this namespace may push to a repository: every pattern that allows it holds {namespace}. */
export function repositoryBound(
  repository: Repository,
  placeholders: Placeholders,
  { policy }: Config,
): 'ToNamespace' | 'Open' {
  const allowing = policy.repositories.filter((pattern) => matchesPattern(pattern, repository, placeholders));
  return allowing.length > 0 && allowing.every((pattern) => pattern.includes('{namespace}')) ? 'ToNamespace' : 'Open';
}

/** A Secret that may push is mounted where steps of users run when it is named for pulling. */
function pullSecret({ spec }: Request, { output }: Config): string | undefined {
  const pushing = [spec.output?.pushSecret, output.pushSecret].filter((name) => name !== undefined && name !== null);
  return spec.pullSecret !== undefined && pushing.includes(spec.pullSecret)
    ? `spec.pullSecret: "${spec.pullSecret}" is the Secret for pushing, which no step of a build may read; name a Secret that can only pull`
    : undefined;
}

function pipIndexUrls({ spec }: Request, { policy, pipIndexes }: Config): string | undefined {
  const index = (spec.packages?.pipIndexes ?? []).findIndex((entry) => entry.includes('://'));
  return index === -1 || policy.pipIndexUrls === 'Allowed'
    ? undefined
    : `spec.packages.pipIndexes[${index}]: policy.pipIndexUrls does not allow URLs; use one of ${names(pipIndexes.map(({ name }) => name))}`;
}

function condaChannels({ spec }: Request, { policy }: Config): string | undefined {
  const allowed = policy.condaChannels;
  if (allowed.length === 0) {
    return undefined;
  }
  const asked = [
    ...(spec.packages?.condaChannels ?? []).map((channel, index) => ({ place: `condaChannels[${index}]`, channel })),
    ...(spec.packages?.conda ?? []).flatMap((entry, index) =>
      condaChannelsOf(entry).map((channel) => ({ place: `conda[${index}]`, channel })),
    ),
  ];
  const wrong = asked.find(({ channel }) => !allowed.includes(channel));
  return wrong === undefined
    ? undefined
    : `spec.packages.${wrong.place}: policy.condaChannels does not allow "${wrong.channel}"; use one of ${names(allowed)}`;
}

function serviceAccount({ spec }: Request, { policy }: Config): string | undefined {
  const name = spec.build?.serviceAccountName;
  return name === undefined || policy.serviceAccounts.includes(name)
    ? undefined
    : `spec.build.serviceAccountName: policy.serviceAccounts does not allow "${name}"; use one of ${names(policy.serviceAccounts)}`;
}

function nodeSelector({ spec }: Request, { policy }: Config): string | undefined {
  const wrong = Object.entries(spec.build?.nodeSelector ?? {}).find(
    ([key, value]) =>
      !policy.nodeSelectors.some(
        (allowed) =>
          allowed.key === key && (allowed.values.length === 0 || allowed.values.some((given) => given === value)),
      ),
  );
  return wrong === undefined
    ? undefined
    : `spec.build.nodeSelector: policy.nodeSelectors does not allow "${wrong[0]}: ${wrong[1]}"; use one of ${names(policy.nodeSelectors.map(({ key }) => key))}`;
}

function tolerations({ spec }: Request, { policy }: Config): string | undefined {
  const asked = spec.build?.tolerations ?? [];
  // Without a key a toleration takes every taint, which no list of keys allows.
  const index = asked.findIndex(
    ({ key, effect }) =>
      !policy.tolerations.some(
        (allowed) => allowed.key === key && (allowed.effect === null || allowed.effect === effect),
      ),
  );
  return index === -1
    ? undefined
    : `spec.build.tolerations[${index}]: policy.tolerations does not allow "${asked[index]?.key ?? ''}"; use one of ${names(policy.tolerations.map(({ key }) => key))}`;
}

function timeout({ spec }: Request, { build }: Config): string | undefined {
  const asked = spec.build?.timeoutSeconds;
  const most = build.ceilings.timeoutSeconds;
  return asked === undefined || asked <= most
    ? undefined
    : `spec.build.timeoutSeconds: build.ceilings.timeoutSeconds allows ${most} at most, not ${asked}`;
}

/** While they run, the image has one of the slots of launches. */
function verifyTime({ spec }: Request, { build }: Config): string | undefined {
  const asked = (spec.verify ?? []).reduce((sum, { timeoutSeconds = defaultVerifySeconds }) => sum + timeoutSeconds, 0);
  const most = build.ceilings.verifySeconds;
  return asked <= most
    ? undefined
    : `spec.verify: build.ceilings.verifySeconds allows ${most} s at most for all commands together, not ${asked}; set a shorter timeoutSeconds`;
}

function resources({ spec }: Request, { build }: Config): string | undefined {
  for (const [name, most = ''] of Object.entries(build.ceilings.resources)) {
    for (const kind of ['requests', 'limits'] as const) {
      const asked = Object.entries(spec.build?.resources?.[kind] ?? {}).find(([given]) => given === name)?.[1];
      const amount = asked === undefined ? undefined : quantityOf(String(asked));
      if (amount !== undefined && amount > (quantityOf(most) ?? 0)) {
        return `spec.build.resources.${kind}.${name}: build.ceilings.resources allows ${most} at most, not ${String(asked)}`;
      }
    }
  }
  return undefined;
}

function profiles({ spec }: Request, { jupyterHub }: Config): string | undefined {
  const known = jupyterHub.profiles.map(({ name }) => name);
  const asked = spec.jupyterHub?.profiles ?? [];
  const index = asked.findIndex((name) => !known.includes(name));
  return index === -1
    ? undefined
    : `spec.jupyterHub.profiles[${index}]: there is no machine profile "${asked[index] ?? ''}" in jupyterHub.profiles; use one of ${names(known)}`;
}

function requiredVerdict({ spec }: Request, { jupyterHub }: Config): string | undefined {
  return spec.jupyterHub?.policy === 'Require' && jupyterHub.probe.mode === 'Disabled'
    ? 'spec.jupyterHub.policy: Require needs a verdict, and jupyterHub.probe.mode is Disabled; use Report or Skip'
    : undefined;
}

function list(patterns: readonly string[], placeholders: Placeholders): string {
  return names(patterns.map((pattern) => filled(pattern, placeholders)));
}

const shownNames = 8;

function names(allowed: readonly string[]): string {
  if (allowed.length === 0) {
    return 'none: remove it';
  }
  const shown = allowed.slice(0, shownNames).join(', ');
  return allowed.length > shownNames ? `${shown} and ${allowed.length - shownNames} more` : shown;
}
