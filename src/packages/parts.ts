import { condaChannelsOf } from './conda/grammar.ts';

/** What an entry of packages.pip is made of; its versions apart. */
export type PipParts =
  /** `NAME[EXTRAS] @ URL` */
  | { readonly is: 'direct'; readonly url: string }
  | {
      readonly is: 'named';
      readonly name: string;
      /** With the brackets; '' for none. */
      readonly extras: string;
      /** With the semicolon and a blank before it; '' for none. */
      readonly marker: string;
    };

/**
 * `NAME` or `NAME:ARCHITECTURE` of an entry of packages.apt.
 * @param entry one that `packageFault` takes, as below
 */
export function aptNameOf(entry: string): string {
  return entry.replace(/[=/].*$/, '');
}

/** Channel and name of an entry of packages.conda; the channel is null where the entry names none. */
export function condaPartsOf(entry: string): { readonly channel: string | null; readonly name: string } {
  const [, name = ''] = /^(?:.*?::)?([^\s=<>!~|,[\]]*)/.exec(entry) ?? [];
  return { channel: condaChannelsOf(entry)[0] ?? null, name };
}

/** The parts of an entry of packages.pip. */
export function pipPartsOf(entry: string): PipParts {
  const [, name = '', extras = '', rest = ''] = /^([A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(.*)$/.exec(entry) ?? [];
  if (rest.startsWith('@')) {
    return { is: 'direct', url: rest.slice(1).trim() };
  }
  const semicolon = rest.indexOf(';');
  const marker = semicolon === -1 ? '' : ` ; ${rest.slice(semicolon + 1).trim()}`;
  return { is: 'named', name, extras: extras.replaceAll(/\s/g, ''), marker };
}
