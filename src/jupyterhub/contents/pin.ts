import { type Contents, normalisedPipName } from '../../packages/contents/contents.ts';
import type { PackageManager } from '../../packages/manager.ts';
import { channelFault, packageFault } from '../../packages/packageFault.ts';
import { aptNameOf, condaPartsOf, pipPartsOf } from '../../packages/parts.ts';

/** An entry of packages.* that asks for exactly what is installed, or why it stays as it is. */
export type Pin =
  | { readonly is: 'pinned'; readonly entry: string }
  /** `why` is the end of a sentence that starts with the entry. */
  | { readonly is: 'left'; readonly why: string };

const absent: Pin = { is: 'left', why: 'was not installed by this build under this name' };

/** An entry as this manager's version of what is installed. */
export function pin(manager: PackageManager, entry: string, contents: Contents): Pin {
  switch (manager) {
    case 'apt':
      return pinApt(entry, contents);
    case 'conda':
      return pinConda(entry, contents);
    case 'pip':
      return pinPip(entry, contents);
  }
}

function pinApt(entry: string, { apt }: Contents): Pin {
  const name = aptNameOf(entry);
  const [plain] = name.split(':');
  const found = apt.find((other) => other.name === name) ?? apt.find((other) => other.name === plain);
  return found === undefined ? absent : checked('apt', `${name}=${found.version}`);
}

/** The channel that an entry names is the user's word; else it is the one that the package came from, if that has a name elsewhere. */
function pinConda(entry: string, { conda }: Contents): Pin {
  const asked = condaPartsOf(entry);
  const found = mainFirst(conda, (name) => name === asked.name.toLowerCase());
  if (found === undefined) {
    return absent;
  }
  const origin = found.channel !== null && channelFault(found.channel) === undefined ? found.channel : null;
  const channel = asked.channel ?? origin;
  const prefix = channel === null ? '' : `${channel}::`;
  return checked('conda', `${prefix}${found.name}=${found.version}=${found.build}`);
}

function pinPip(entry: string, { pip, conda }: Contents): Pin {
  const asked = pipPartsOf(entry);
  if (asked.is === 'direct') {
    const moves = asked.url.startsWith('git+') && !/@[0-9a-f]{40}(?:#.*)?$/.test(asked.url);
    return moves
      ? {
          is: 'left',
          why: 'names no commit, so that it is whatever its repository has then; write …@ and 40 hex digits',
        }
      : { is: 'pinned', entry };
  }
  const isAsked = (name: string) => normalisedPipName(name) === normalisedPipName(asked.name);
  // pip takes what conda has installed for its own.
  const main = [...pip, ...conda].find(({ name, environment }) => environment === '' && isAsked(name));
  const found = main ?? mainFirst(pip, isAsked);
  return found === undefined ? absent : checked('pip', `${asked.name}${asked.extras}==${found.version}${asked.marker}`);
}

function mainFirst<T extends { readonly name: string; readonly environment: string }>(
  packages: readonly T[],
  isAsked: (name: string) => boolean,
): T | undefined {
  const all = packages.filter(({ name }) => isAsked(name));
  return all.find(({ environment }) => environment === '') ?? all[0];
}

/** A version may be one that the grammar of the entries does not know. */
function checked(manager: PackageManager, entry: string): Pin {
  return packageFault(manager, entry) === undefined
    ? { is: 'pinned', entry }
    : { is: 'left', why: `is installed in a version that no entry can ask for: ${entry}` };
}
