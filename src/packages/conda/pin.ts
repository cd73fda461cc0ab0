import type { Contents } from '../contents/contents.ts';
import { entryFault } from '../entries/entryFault.ts';
import { absent, mainFirst, type Pin, pinned } from '../pin.ts';
import { channelNameFault } from './channel.ts';
import { condaChannelsOf, condaFault } from './grammar.ts';

/** Channel and name of an entry of packages.conda; the channel is null where the entry names none. */
export function condaPartsOf(entry: string): { readonly channel: string | null; readonly name: string } {
  const [, name = ''] = /^(?:.*?::)?([^\s=<>!~|,[\]]*)/.exec(entry) ?? [];
  return { channel: condaChannelsOf(entry)[0] ?? null, name };
}

/**
 * The entry with the version and build that are installed. It keeps the channel that it names. Else it gets the one that the
 * package came from, if an entry can name that.
 */
export function pinConda(entry: string, { conda }: Contents): Pin {
  const asked = condaPartsOf(entry);
  const found = mainFirst(conda, (name) => name === asked.name.toLowerCase());
  if (found === undefined) {
    return absent;
  }
  const origin =
    found.channel !== null && entryFault(found.channel, channelNameFault) === undefined ? found.channel : null;
  const channel = asked.channel ?? origin;
  const prefix = channel === null ? '' : `${channel}::`;
  return pinned(`${prefix}${found.name}=${found.version}=${found.build}`, condaFault);
}
