import type { Config } from './schema.ts';

/** Permitted registries; null when all are. */
export function allowedRegistries({ registries, ...config }: Config): readonly string[] | null {
  return registries.allowed.length === 0 ? null : [...registries.allowed, ...ownRegistries(config)];
}

/**
 * `host` or `host:port` of the registries that may have a private or loopback address: all that the configuration
 * names.
 */
export function internalHosts({ registries, ...config }: Config): readonly string[] {
  const named = [
    ...registries.internal,
    ...registries.insecure,
    ...registries.allowed,
    ...registries.mirrors.map(({ mirror }) => mirror.split('/')[0] ?? ''),
    ...registries.pullSecrets.map(({ host }) => host),
    ...ownRegistries(config),
  ];
  // A URL omits its protocol's default port.
  return [...new Set(named.flatMap((host) => [host, host.replace(/:(?:443|80)$/, '')]))];
}

function ownRegistries({ output, cache }: Pick<Config, 'output' | 'cache'>): readonly string[] {
  return [output.repositoryTemplate, cache.repositoryTemplate].flatMap((template) => {
    const host = template?.split('/')[0] ?? '';
    return host === '' || host.includes('{') ? [] : [host];
  });
}
