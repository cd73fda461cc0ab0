import type { V1EnvVar } from '@kubernetes/client-node';
import type { Base, PlatformSettings } from '../imagespec/effective.ts';
import { proxyVariables } from '../imagespec/platformVariables.ts';
import { mirroredReference } from '../oci/mirror.ts';
import { normaliseRegistry, parseReference } from '../oci/reference.ts';

/** Where a base is, by digest, in the order in which the builder asks: its registry's mirrors, then the registry. */
export function placesOf({ image, digest }: Base, { registries }: PlatformSettings): readonly string[] {
  const parsed = parseReference(image);
  if (!parsed.ok) {
    return [];
  }
  const { registry } = parsed.value;
  const mirrors = registries.mirrors.filter(({ host }) => normaliseRegistry(host) === registry);
  return [...mirrors.map(({ mirror }) => mirror), registry].map((place) =>
    mirroredReference(parsed.value, place, digest),
  );
}

/**
 * Variables with which a program reaches registries: certificates and proxies.
 * @param trust folder of the certificate bundle in its container
 */
export function registryVariables(settings: PlatformSettings, trust: string): V1EnvVar[] {
  return [
    ...(settings.caBundle === '' ? [] : [{ name: 'SSL_CERT_FILE', value: `${trust}/ca.crt` }]),
    ...proxyVariables(settings).map(([name, value]) => ({ name, value })),
  ];
}
