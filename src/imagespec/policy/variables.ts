import type { Config } from '../../config/schema.ts';
import { managers } from '../../packages/managers.ts';
import { isAmong, type SourceVariables } from '../../packages/sourceVariables.ts';
import type { NameValue } from '../effective.ts';
import { namesSetByPlatform } from '../platformVariables.ts';

/** Variables that the policy keeps from ImageSpecs. */
interface RefusedVariables {
  readonly setting: 'policy.pipIndexUrls' | 'policy.condaChannels';
  readonly variables: SourceVariables;
  /** What to do: the end of a message. */
  readonly advice: string;
}

const pipAdvice =
  'it decides where packages come from; remove it, and name indexes of the platform in packages.pipIndexes';
const condaAdvice = 'it decides where packages come from; remove it, and name channels in packages.condaChannels';
const otherAdvice = 'it decides where packages come from; remove it';

/** What shells and interpreters run before their program: the text of the variable is enough, no file is needed. */
const ofInterpreters: SourceVariables = {
  names: ['BASH_ENV', 'PS4', 'SHELLOPTS', 'PERL5OPT', 'PERL5DB', 'PYTHONWARNINGS', 'NODE_OPTIONS'],
  prefixes: [],
  suffixes: [],
  harmless: [],
};
/** Proxies, for any program and in any spelling. */
const proxies: SourceVariables = { names: [], prefixes: [], suffixes: ['_PROXY'], harmless: [] };

/** The variables that are refused in build arguments: of the managers with a policy, and of all that fetch packages. */
export function refusedInBuilds(config: Pick<Config, 'policy'>): readonly RefusedVariables[] {
  return refusedWith([proxies], config);
}

/** The variables that are refused in images, because the builds on an image inherit them. Users of an image may need a proxy. */
export function refusedInImages(config: Pick<Config, 'policy'>): readonly RefusedVariables[] {
  return refusedWith([], config);
}

/** The variables that either policy refuses, and more of them. */
function refusedWith(
  more: readonly SourceVariables[],
  { policy }: Pick<Config, 'policy'>,
): readonly RefusedVariables[] {
  const pip = { setting: 'policy.pipIndexUrls', variables: managers.pip.sourceVariables, advice: pipAdvice } as const;
  const conda = {
    setting: 'policy.condaChannels',
    variables: managers.conda.sourceVariables,
    advice: condaAdvice,
  } as const;
  const ofManagers = [
    ...(policy.pipIndexUrls === 'Allowed' ? [] : [pip]),
    ...(policy.condaChannels.length === 0 ? [] : [conda]),
  ];
  const [first] = ofManagers;
  if (first === undefined) {
    return [];
  }
  const others = [managers.apt.sourceVariables, managers.cran.sourceVariables, ofInterpreters, ...more];
  return [...ofManagers, ...others.map((variables) => ({ setting: first.setting, variables, advice: otherAdvice }))];
}

/** The variables of pip that may hold an index of the platform, for the users of an image. */
export const indexVariables: readonly string[] = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL'];

/** The addresses of the platform's indexes. */
export function platformIndexes({ pip, pipIndexes }: Pick<Config, 'pip' | 'pipIndexes'>): readonly string[] {
  return [...(pip.indexUrl === null ? [] : [pip.indexUrl]), ...pipIndexes.map(({ url }) => url)];
}

/** The first build argument that would decide where packages come from, past the policy or past the platform's settings. */
export function argumentsFault(args: readonly NameValue[], config: Config): string | undefined {
  const refused = refusedInBuilds(config);
  const ofPlatform = namesSetByPlatform(config);
  for (const [index, { name }] of args.entries()) {
    const fault = ofPlatform.includes(name.toUpperCase())
      ? `the operator's configuration sets "${name}" for every build; remove it`
      : refusal(name, refused);
    if (fault !== undefined) {
      return `spec.build.args[${index}]: ${fault}`;
    }
  }
  return undefined;
}

/** The first variable of the image that would decide where the packages of the builds on it come from. */
export function variablesFault(env: readonly NameValue[], config: Config): string | undefined {
  const refused = refusedInImages(config);
  const indexes = platformIndexes(config);
  for (const [index, { name, value }] of env.entries()) {
    const isOfPlatform = indexVariables.includes(name) && indexes.includes(value);
    const fault = isOfPlatform ? undefined : refusal(name, refused);
    if (fault !== undefined) {
      return `spec.env[${index}]: ${fault}`;
    }
  }
  return undefined;
}

function refusal(name: string, refused: readonly RefusedVariables[]): string | undefined {
  const by = refused.find(({ variables }) => isAmong(variables, name));
  return by === undefined ? undefined : `${by.setting} does not allow "${name}": ${by.advice}`;
}
