import { channelNameFault } from '../../../../packages/conda/channel.ts';
import { condaFault } from '../../../../packages/conda/grammar.ts';
import { entryFault } from '../../../../packages/entries/entryFault.ts';
import { emptyRecipe, entryOf, lossOf, type Recipe } from '../../recipe.ts';

/** A recipe of one entry of packages.conda, or of its fault. */
export function condaEntry(file: string, line: number, entry: string): Recipe {
  return entryOf('conda', condaFault, file, line, entry);
}

/** A recipe of one channel, or of its fault. "nodefaults" adds nothing: the channels of a spec stand alone. */
export function channelOf(file: string, line: number, channel: string): Recipe {
  if (channel === 'nodefaults') {
    return emptyRecipe;
  }
  const fault = entryFault(channel, channelNameFault);
  return fault === undefined ? { ...emptyRecipe, condaChannels: [channel] } : lossOf(file, line, fault);
}

/** A conda package in a file, from its URL: `CHANNEL/SUBDIR/NAME-VERSION-BUILD.conda`. */
export interface CondaFile {
  /** The channel as a URL. */
  readonly channel: string;
  readonly name: string;
  readonly version: string;
  readonly build: string;
}

const longestUrl = 2048;

/** The package that a URL of a channel names; undefined when it is none. */
export function condaFileOf(url: string): CondaFile | undefined {
  if (url.length > longestUrl) {
    return undefined;
  }
  const [, channel = '', stem] =
    /^(https?:\/\/[^\s#?]+?)\/(?:noarch|[a-z]+-[a-z0-9_]+)\/([^\s/#?]+?)(?:\.conda|\.tar\.bz2)(?:#[0-9a-fA-F:]*)?$/.exec(
      url,
    ) ?? [];
  const [, name = '', version = '', build = ''] = /^(.+)-([^-]+)-([^-]+)$/.exec(stem ?? '') ?? [];
  return name === '' ? undefined : { channel, name, version: decoded(version), build };
}

/** An epoch and a local version hold characters that a URL escapes. */
function decoded(text: string): string {
  return text.replaceAll(/%21/g, '!').replaceAll(/%2B/gi, '+');
}
