import type { Config } from './schema.ts';

/** Registries that may be asked, null when all may. */
export function allowedRegistries({ registries, ...config }: Config): readonly string[] | null {
  return registries.allowed.length === 0 ? null : [...registries.allowed, ...ownRegistries(config)];
}

/** `host` or `host:port` of what may be at a private or loopback address: whatever the configuration names. */
export function internalHosts({ registries, ...config }: Config): readonly string[] {
  const named = [
    ...registries.internal,
    ...registries.insecure,
    ...registries.allowed,
    ...registries.mirrors.map(({ mirror }) => mirror),
    ...registries.pullSecrets.map(({ host }) => host),
    ...ownRegistries(config),
  ];
  // A URL does not show the port that its protocol has anyway.
  return [...new Set(named.flatMap((host) => [host, host.replace(/:(?:443|80)$/, '')]))];
}

function ownRegistries({ output, cache }: Pick<Config, 'output' | 'cache'>): readonly string[] {
  return [output.repositoryTemplate, cache.repositoryTemplate].flatMap((template) => {
    const host = template?.split('/')[0] ?? '';
    return host === '' || host.includes('{') ? [] : [host];
  });
}
