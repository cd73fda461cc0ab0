import type { ImageSpecSpec } from '../../api/imagespec.generated.ts';
import type { Config } from '../../config/schema.ts';
import type { Repository } from '../../oci/reference.ts';
import type { Placeholders } from './patterns.ts';
import { repositoryFault } from './repositories.ts';
import { resourcesFault } from './resources.ts';
import { ownSecretsFault } from './secrets.ts';
import { condaChannelFault, pipIndexFault, pipUrlFault } from './sources.ts';
import { argumentsFault, variablesFault } from './variables.ts';
import { useOneOf } from './words.ts';

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
  ({ repository, placeholders }, config) => repositoryFault(repository, placeholders, config),
  ({ spec }, config) => ownSecretsFault(spec, config),
  ({ spec }, config) => pipIndexFault(spec, config),
  ({ spec }, config) => pipUrlFault(spec, config),
  ({ spec }, config) => condaChannelFault(spec, config),
  ({ spec }, config) => argumentsFault(spec.build?.args ?? [], config),
  ({ spec }, config) => variablesFault(spec.env ?? [], config),
  serviceAccount,
  nodeSelector,
  tolerations,
  timeout,
  verifyTime,
  ({ spec }, config) => resourcesFault(spec.build?.resources, config),
  profiles,
  requiredVerdict,
];

/** What of the platform's policy a spec violates, as one sentence for each violation. The base images are another question. */
export function policyFaults(request: Request, config: Config): readonly string[] {
  return rules.flatMap((rule) => rule(request, config) ?? []);
}

function ownDockerfile({ spec }: Request, { policy }: Config): string | undefined {
  return spec.dockerfile !== undefined && policy.ownDockerfiles === 'Refused'
    ? 'spec.dockerfile: policy.ownDockerfiles does not allow Dockerfiles of users; use spec.baseImage with spec.packages'
    : undefined;
}

function serviceAccount({ spec }: Request, { policy }: Config): string | undefined {
  const name = spec.build?.serviceAccountName;
  return name === undefined || policy.serviceAccounts.includes(name)
    ? undefined
    : `spec.build.serviceAccountName: policy.serviceAccounts does not allow "${name}"; ${useOneOf(policy.serviceAccounts)}`;
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
    : `spec.build.nodeSelector: policy.nodeSelectors does not allow "${wrong[0]}: ${wrong[1]}"; ${useOneOf(policy.nodeSelectors.map(({ key }) => key))}`;
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
    : `spec.build.tolerations[${index}]: policy.tolerations does not allow "${asked[index]?.key ?? ''}"; ${useOneOf(policy.tolerations.map(({ key }) => key))}`;
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

function profiles({ spec }: Request, { jupyterHub }: Config): string | undefined {
  const known = jupyterHub.profiles.map(({ name }) => name);
  const asked = spec.jupyterHub?.profiles ?? [];
  const index = asked.findIndex((name) => !known.includes(name));
  return index === -1
    ? undefined
    : `spec.jupyterHub.profiles[${index}]: there is no machine profile "${asked[index] ?? ''}" in jupyterHub.profiles; ${useOneOf(known)}`;
}

function requiredVerdict({ spec }: Request, { jupyterHub }: Config): string | undefined {
  return spec.jupyterHub?.policy === 'Require' && jupyterHub.probe.mode === 'Disabled'
    ? 'spec.jupyterHub.policy: Require needs a verdict, and jupyterHub.probe.mode is Disabled; use Report or Skip'
    : undefined;
}
