import { pullSecretsFor } from '../imagespec/pullSecrets.ts';
import { type JobInput, packageCredentials } from './containers.ts';

/** Every Secret that a build uses, in any container. */
export function buildSecrets({ spec, bases }: Pick<JobInput, 'spec' | 'bases'>): readonly string[] {
  const names = [
    ...pullSecretsFor(
      spec,
      bases.map(({ image }) => image),
    ),
    spec.pushSecret,
    spec.cache?.secret ?? null,
    packageCredentials(spec),
  ].filter((name) => name !== null);
  return [...new Set(names)].toSorted();
}
