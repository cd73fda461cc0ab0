import { aptFault } from './apt/grammar.ts';
import { channelNameFault } from './conda/channel.ts';
import { condaFault } from './conda/grammar.ts';
import type { PackageManager } from './manager.ts';
import { pipFault } from './pip/grammar.ts';
import { quoted } from './quote.ts';
import { textFault } from './textFault.ts';

const grammars: Readonly<Record<PackageManager, (entry: string) => string | undefined>> = {
  apt: aptFault,
  conda: condaFault,
  pip: pipFault,
};

/** The fault of a package entry as a sentence that quotes it, or undefined for a good one. */
export function packageFault(manager: PackageManager, entry: string): string | undefined {
  return sentence(entry, textFault(entry) ?? grammars[manager](entry));
}

/** The fault of a conda channel as a sentence that quotes it, or undefined for a good one. */
export function channelFault(entry: string): string | undefined {
  return sentence(entry, textFault(entry) ?? channelNameFault(entry));
}

function sentence(entry: string, fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${quoted(entry)} ${fault}`;
}
