import { parseReference } from '../oci/reference.ts';
import type { EffectiveSpec } from './effective.ts';

/**
 * Names of the Secrets that open the bases, in the order in which credentials are looked for: the spec's Secret, then the
 * platform's Secrets for the registries of these bases. All bases of a build share the list: the builder has one keyring.
 */
export function pullSecretsFor(
  { pullSecret, registrySecrets }: EffectiveSpec,
  images: readonly string[],
): readonly string[] {
  const hosts = new Set(
    images.flatMap((image) => {
      const reference = parseReference(image);
      return reference.ok ? [reference.value.registry] : [];
    }),
  );
  const ofPlatform = registrySecrets.flatMap(({ registry, secret }) => (hosts.has(registry) ? [secret] : []));
  return [...new Set([...(pullSecret === null ? [] : [pullSecret]), ...ofPlatform])];
}

/** Secrets with which a node pulls what was built: only the kubelet reads them. */
export function launchPullSecrets({ pushSecret, pullSecret }: EffectiveSpec): readonly string[] {
  return [pushSecret, pullSecret].filter((name) => name !== null);
}
