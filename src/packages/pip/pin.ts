import { type Contents, normalisedPipName } from '../contents/contents.ts';
import { absent, mainFirst, type Pin, pinned } from '../pin.ts';
import { pipFault } from './grammar.ts';

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

/** The entry with the version that is installed; a direct reference stays if it names a commit or a file. */
export function pinPip(entry: string, { pip, conda }: Contents): Pin {
  const asked = pipPartsOf(entry);
  if (asked.is === 'direct') {
    const moves = asked.url.startsWith('git+') && !/@[0-9a-f]{40}(?:#.*)?$/.test(asked.url);
    return moves
      ? {
          is: 'left',
          why: 'names no commit, so its code changes with the repository; write …@ and 40 hex digits',
        }
      : { is: 'pinned', entry };
  }
  const isAsked = (name: string) => normalisedPipName(name) === normalisedPipName(asked.name);
  // pip takes what conda has installed for its own.
  const main = [...pip, ...conda].find(({ name, environment }) => environment === '' && isAsked(name));
  const found = main ?? mainFirst(pip, isAsked);
  return found === undefined
    ? absent
    : pinned(`${asked.name}${asked.extras}==${found.version}${asked.marker}`, pipFault);
}
