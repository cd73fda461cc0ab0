import { entryFault } from '../entries/entryFault.ts';
import { type PrimehubList, primehubList } from '../primehub.ts';
import { channelNameFault } from './channel.ts';
import { condaFault } from './grammar.ts';

/** Reads the conda list of PrimeHub, in which `-c` names a channel. */
export function condaPrimehubList(entries: readonly string[]): PrimehubList {
  return primehubList(entries, condaFault, (channel) => entryFault(channel, channelNameFault));
}
