import { channelNameFault } from '../conda/channel.ts';
import { managers } from '../managers.ts';
import type { ManagerName } from '../names.ts';
import { entryFault } from './entryFault.ts';

/** The fault of a package entry as a sentence that quotes it, or undefined for a good one. */
export function packageFault(manager: ManagerName, entry: string): string | undefined {
  return entryFault(entry, managers[manager].grammar);
}

/** The fault of a conda channel as a sentence that quotes it, or undefined for a good one. */
export function channelFault(entry: string): string | undefined {
  return entryFault(entry, channelNameFault);
}
