import type { Config } from '../../config/schema.ts';
import { dockerHub, formatRepository, normaliseRegistry, type Repository } from '../../oci/reference.ts';
import { filled, matchesPattern, type Placeholders } from './patterns.ts';
import { useOneOf } from './words.ts';

/** The repositories to which ImageSpecs may push. */
export type Permitted =
  | { readonly is: 'any' }
  /** `policy.repositories`. */
  | { readonly is: 'patterns'; readonly patterns: readonly string[] }
  /** Without a policy, `output.repositoryTemplate` permits what it makes, as a pattern. */
  | { readonly is: 'template'; readonly pattern: string };

/** Any repository. */
export const anyRepository = '**';

/**
 * The repositories that a configuration permits. One credential often opens them all. So a template alone must keep an
 * ImageSpec from naming the repository of another.
 */
export function permittedRepositories({ policy, output }: Pick<Config, 'policy' | 'output'>): Permitted {
  if (policy.repositories.length > 0) {
    return { is: 'patterns', patterns: policy.repositories };
  }
  return output.repositoryTemplate === null
    ? { is: 'any' }
    : { is: 'template', pattern: patternOf(output.repositoryTemplate) };
}

/** A template in full, as references are normalised: without a host it is one of Docker Hub's. */
function patternOf(template: string): string {
  const [first = '', ...rest] = template.split('/');
  const [host, path] = /[.:]/.test(first) ? [normaliseRegistry(first), rest] : [dockerHub, [first, ...rest]];
  return [host, ...(host === dockerHub && path.length === 1 ? ['library'] : []), ...path].join('/');
}

/** Why the policy does not let an ImageSpec push there. */
export function repositoryFault(
  repository: Repository,
  placeholders: Placeholders,
  config: Pick<Config, 'policy' | 'output'>,
): string | undefined {
  const permitted = permittedRepositories(config);
  const asked = formatRepository(repository);
  switch (permitted.is) {
    case 'any':
      return undefined;
    case 'patterns': {
      const { patterns } = permitted;
      return patterns.some((pattern) => matchesPattern(pattern, repository, placeholders))
        ? undefined
        : `spec.output.repository: policy.repositories does not allow ${asked}; ${useOneOf(patterns.map((pattern) => filled(pattern, placeholders)))}`;
    }
    case 'template':
      return matchesPattern(permitted.pattern, repository, placeholders)
        ? undefined
        : `spec.output.repository: output.repositoryTemplate allows ${filled(permitted.pattern, placeholders)} only, not ${asked}; remove it, or ask the administrator to allow more by policy.repositories`;
  }
}

/** Whether only this namespace may push to a repository that the policy permits: no other one fits what permits it. */
export function repositoryBound(
  repository: Repository,
  { namespace }: Placeholders,
  config: Pick<Config, 'policy' | 'output'>,
): 'ToNamespace' | 'Open' {
  const permitted = permittedRepositories(config);
  switch (permitted.is) {
    case 'any':
      return 'Open';
    case 'patterns':
      return permitted.patterns.some((pattern) => permitsOthers(pattern, repository, namespace))
        ? 'Open'
        : 'ToNamespace';
    case 'template':
      return permitsOthers(permitted.pattern, repository, namespace) ? 'Open' : 'ToNamespace';
  }
}

/**
 * Whether a pattern permits a repository to another namespace. The configuration has `{namespace}` as a whole part behind
 * literal parts. So only the namespace in that part of the repository may fit. An ImageSpec may have any name.
 */
function permitsOthers(pattern: string, repository: Repository, namespace: string): boolean {
  const place = pattern.split('/').indexOf('{namespace}');
  if (place === -1) {
    return matchesPattern(pattern, repository, { namespace, name: '*' });
  }
  const fitting = formatRepository(repository).split('/')[place];
  return (
    fitting !== undefined &&
    fitting !== namespace &&
    matchesPattern(pattern, repository, { namespace: fitting, name: '*' })
  );
}

/** Whether the policy lets an image be built on this one. */
export function baseImageFault(
  place: string,
  image: Repository,
  placeholders: Placeholders,
  { policy }: Pick<Config, 'policy'>,
): string | undefined {
  const allowed = policy.baseImages;
  return allowed.length === 0 || allowed.some((pattern) => matchesPattern(pattern, image, placeholders))
    ? undefined
    : `${place}: policy.baseImages does not allow ${formatRepository(image)}; ${useOneOf(allowed.map((pattern) => filled(pattern, placeholders)))}`;
}
