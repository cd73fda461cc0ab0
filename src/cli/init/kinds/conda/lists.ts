import { condaChannel } from '../../../../packages/conda/channelUrl.ts';
import { quoted } from '../../../../packages/entries/quote.ts';
import { pipFault } from '../../../../packages/pip/grammar.ts';
import { eachLine } from '../../lines.ts';
import { entryOf, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { channelOf, condaEntry, condaFileOf } from './entries.ts';

/** What stands alone on a line of `conda list --explicit`, before its packages. */
const explicitMark = /^@EXPLICIT\s*$/m;
/** The first line that `conda list --export` writes. */
const exportMark = /^# This file may be used to create an environment using:/m;

/** Whether a text is a list that conda wrote, in a file of any name: both are often kept as requirements.txt. */
export function isCondaList(text: string): boolean {
  return explicitMark.test(text) || (exportMark.test(text) && !/^\S+==/m.test(text));
}

/** `conda list --explicit` (URLs of packages), and `conda list --export` (`NAME=VERSION=BUILD`). */
export function condaList(file: string, text: string): Recipe {
  const read = eachLine(file, text.replaceAll(/#[0-9a-f:]+[ \t]*$/gim, ''), ({ line, text: entry }) =>
    /^@EXPLICIT$/.test(entry)
      ? joinedAll([])
      : entry.includes('://')
        ? fromUrl(file, line, entry)
        : exported(file, line, entry),
  );
  const checksum = text.split('\n').findIndex((line) => /^https?:.*#(?:sha256:)?[0-9a-f]{32,64}\s*$/i.test(line));
  return checksum === -1
    ? read
    : joinedAll([
        read,
        lossOf(file, checksum + 1, 'the checksums are not carried over; the image itself is pinned by its digest'),
      ]);
}

function fromUrl(file: string, line: number, url: string): Recipe {
  const found = condaFileOf(url);
  return found === undefined
    ? lossOf(file, line, `${quoted(url)} is no package of a channel, and is not carried over`)
    : joinedAll([
        channelOf(file, line, condaChannel(found.channel) ?? found.channel),
        condaEntry(file, line, `${found.name}=${found.version}=${found.build}`),
      ]);
}

function exported(file: string, line: number, entry: string): Recipe {
  const [, name = '', version = '', build = ''] = /^([^=\s]+)=([^=\s]+)=([^=\s]+)$/.exec(entry) ?? [];
  return build === 'pypi' || build === 'pypi_0'
    ? entryOf('pip', pipFault, file, line, `${name}==${version}`)
    : condaEntry(file, line, entry);
}
