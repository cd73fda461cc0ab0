import { type Asked, unknownVersions } from '../asked/asked.ts';

/** Name, architecture and version of an entry for apt. */
export function askedOfApt(entry: string): Asked {
  const [, name = '', architecture = '', version = ''] = /^([^:=/]*)(?::([^=/]*))?(?:=(.*)|\/.*)?$/.exec(entry) ?? [];
  const isExact = version !== '' && !version.includes('*');
  return { name, condition: architecture, versions: isExact ? { is: 'exactly', text: version } : unknownVersions };
}
