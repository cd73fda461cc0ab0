import { entryFault, type Grammar } from './entries/entryFault.ts';
import { quoted } from './entries/quote.ts';

/** What a package list of PrimeHub becomes. */
export interface PrimehubList {
  readonly packages: readonly string[];
  readonly condaChannels: readonly string[];
  /** Losses of the conversion, one sentence each. */
  readonly notes: readonly string[];
}

/** Reads the entries of one list of PrimeHub. */
export type PrimehubReader = (entries: readonly string[]) => PrimehubList;

/**
 * Reads the entries of one list.
 * @param channelFault the fault of a channel as a sentence, or undefined for one that is carried over
 */
export function primehubList(
  entries: readonly string[],
  grammar: Grammar,
  channelFault: (channel: string) => string | undefined,
): PrimehubList {
  const words = packageWords(entries);
  const faultOf = (entry: string) => entryFault(entry, grammar);
  return {
    packages: words.packages.filter((entry) => faultOf(entry) === undefined),
    condaChannels: words.channels.filter((channel) => channelFault(channel) === undefined),
    notes: [
      ...words.dropped.map((option) => `the option ${quoted(option)} is not carried over`),
      ...words.packages.flatMap((entry) => faultOf(entry) ?? []),
      ...words.channels.flatMap((channel) => {
        const fault = channelFault(channel);
        return fault === undefined ? [] : [`the channel is not carried over: ${fault}`];
      }),
    ],
  };
}

/** Reads the entries of a manager that has no channels. */
export function plainPrimehubList(entries: readonly string[], grammar: Grammar): PrimehubList {
  return primehubList(entries, grammar, (channel) => `${quoted(channel)}: only conda has channels`);
}

/** The words of a text field of PrimeHub's package lists. PrimeHub wanted one package per line; users often wrote several. */
export interface PackageWords {
  readonly packages: readonly string[];
  readonly channels: readonly string[];
  /** Options that cannot be carried over, as they were written. */
  readonly dropped: readonly string[];
}

/** An option that takes the word after it, but for those of channels. */
const withValue = new Set([
  '-i',
  '--index-url',
  '--extra-index-url',
  '-r',
  '--requirement',
  '-n',
  '--name',
  '-f',
  '--find-links',
  '-t',
  '-o',
]);

/**
 * Reads entries such as `-c pytorch -c fastai fastai`, which PrimeHub's own quick start has: words, options with their
 * values, and channels. A package that holds white space of its own (`numpy >= 1`, `x; python_version < "3"`) stays whole.
 */
export function packageWords(entries: readonly string[]): PackageWords {
  const packages: string[] = [];
  const channels: string[] = [];
  const dropped: string[] = [];
  for (const entry of entries.flatMap((text) => text.split(/[\r\n]+/))) {
    const words = wordsOf(entry);
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at] ?? '';
      const channel = /^(?:-c(?==|$)|--channel(?==|$)|-c(?=[A-Za-z0-9]))=?(.+)?$/.exec(word);
      if (channel !== null) {
        at += channel[1] === undefined ? 1 : 0;
        const name = channel[1] ?? words[at];
        if (name === undefined) {
          dropped.push(word);
        } else {
          // PrimeHub's documentation writes a whole specification after `-c`.
          (name.includes('::') ? packages : channels).push(name);
        }
      } else if (word.startsWith('-')) {
        const value = withValue.has(word) ? words[at + 1] : undefined;
        at += value === undefined ? 0 : 1;
        dropped.push(value === undefined ? word : `${word} ${value}`);
      } else {
        packages.push(word);
      }
    }
  }
  return { packages: [...new Set(packages)], channels: [...new Set(channels)], dropped };
}

/** Words, with comparisons that are written apart joined to their package, and a marker kept with its own. */
function wordsOf(entry: string): readonly string[] {
  const [requirement = '', ...marker] = entry.split(';');
  const words = requirement
    .trim()
    .replaceAll(/\s*([=<>!~]=?=?)\s*/g, '$1')
    .replaceAll(/\s*,\s*/g, ',')
    .replaceAll(/\s+\[/g, '[')
    .replaceAll(/\s*@\s*(?=[a-z+]+:\/\/)/g, '@')
    .split(/\s+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  return marker.length === 0 || last === undefined
    ? words
    : [...words.slice(0, -1), `${last}; ${marker.join(';').trim()}`];
}
