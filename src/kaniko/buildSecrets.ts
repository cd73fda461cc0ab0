import type { UsedSecret } from '../imagespec/policy/secrets.ts';
import { pullSecretsFor } from '../imagespec/pullSecrets.ts';
import { type JobInput, packageCredentials } from './containers.ts';

/** Every Secret that a build uses, in any container, once for each use; sorted by name and use. */
export function buildSecrets({ spec, bases }: Pick<JobInput, 'spec' | 'bases'>): readonly UsedSecret[] {
  const pull = pullSecretsFor(
    spec,
    bases.map(({ image }) => image),
  );
  const others = [
    { name: spec.pushSecret, use: 'push' },
    { name: spec.cache?.secret ?? null, use: 'cache' },
    { name: packageCredentials(spec), use: 'packages' },
  ] as const;
  return [
    ...pull.map((name): UsedSecret => ({ name, use: 'pull' })),
    ...others.flatMap(({ name, use }): readonly UsedSecret[] => (name === null ? [] : [{ name, use }])),
  ].toSorted((a, b) => compared(a.name, b.name) || compared(a.use, b.use));
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
