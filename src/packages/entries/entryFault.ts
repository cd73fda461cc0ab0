import { quoted } from './quote.ts';
import { textFault } from './textFault.ts';

/** A manager's grammar: the fault of an entry as the end of a sentence that starts with it; undefined for a good one. */
export type Grammar = (entry: string) => string | undefined;

/** The fault of an entry as a sentence that quotes it, or undefined for a good one. */
export function entryFault(entry: string, grammar: Grammar): string | undefined {
  const fault = textFault(entry) ?? grammar(entry);
  return fault === undefined ? undefined : `${quoted(entry)} ${fault}`;
}

/** The faults of a list of a spec, each with the place of its entry. */
export function listFaults(field: string, entries: readonly string[], grammar: Grammar): readonly string[] {
  return entries.flatMap((entry, index) => {
    const fault = entryFault(entry, grammar);
    return fault === undefined ? [] : [`spec.packages.${field}[${index}]: ${fault}`];
  });
}
