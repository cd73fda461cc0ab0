import type { ImageSpecSpec } from '../../api/imagespec.generated.ts';
import { labels } from '../../api/names.ts';
import type { Config } from '../../config/schema.ts';

/** What a build uses a Secret for: the values of the label `imagespec.dev/use`. Steps of builds can read all but `push`. */
export type SecretUse = 'pull' | 'push' | 'packages' | 'cache';

/** A Secret and one use of it. */
export interface UsedSecret {
  readonly name: string;
  readonly use: SecretUse;
}

/** What to do: the end of a message. */
export const pullOnly = 'which no step of a build may read; create a Secret that can only pull, and name that one';

/** A Secret that pushes, when named for pulling, is mounted where steps of users run. The reverse holds too. */
export function ownSecretsFault({ pullSecret, output }: ImageSpecSpec, config: Config): string | undefined {
  const pushing = [output?.pushSecret, config.output.pushSecret];
  if (pullSecret !== undefined && pushing.includes(pullSecret)) {
    return `spec.pullSecret: "${pullSecret}" is the Secret for pushing, ${pullOnly}`;
  }
  const read = readBySteps(config).find(({ secret }) => secret === output?.pushSecret);
  return read === undefined
    ? undefined
    : `spec.output.pushSecret: "${read.secret}" ${read.opens}, so that steps of builds can read it; name another Secret`;
}

/** The Secrets of the configuration that steps of builds can read. */
export function readBySteps({
  registries,
  cache,
}: Pick<Config, 'registries' | 'cache'>): readonly { readonly secret: string; readonly opens: string }[] {
  return [
    ...registries.pullSecrets.map(({ secret }) => ({ secret, opens: 'opens base images (registries.pullSecrets)' })),
    ...(cache.secret === null ? [] : [{ secret: cache.secret, opens: 'opens the layer cache (cache.secret)' }]),
  ];
}

/** The fault of a pull Secret with which another ImageSpec of the namespace pushes. */
export function foreignPushSecretFault(pullSecret: string, other: string): string {
  return `spec.pullSecret: "${pullSecret}" is the Secret with which ImageSpec "${other}" pushes, ${pullOnly}`;
}

/**
 * Why the label of a Secret forbids a use of it.
 * @param label value of `imagespec.dev/use`; undefined without one
 */
export function secretUseFault(
  { name, use, label }: UsedSecret & { readonly label: string | undefined },
  setting: Config['policy']['secretLabels'],
): string | undefined {
  if (setting === 'Required' && label !== use) {
    return `Secret "${name}": policy.secretLabels requires the label ${labels.use}: ${use}; ask an administrator to add the label, or name another Secret`;
  }
  return label === 'push' && use !== 'push'
    ? `Secret "${name}": its label ${labels.use} is push, so that no step of a build may read it; ${use === 'pull' ? 'create a Secret that can only pull, and name that one' : `name another Secret for the ${use === 'cache' ? 'layer cache' : 'packages'}`}`
    : undefined;
}
