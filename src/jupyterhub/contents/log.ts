import { failed, ok, type Result } from '../../api/result.ts';
import { condaChannel } from '../../packages/conda/channelUrl.ts';
import {
  type CondaPackage,
  type Contents,
  hasFormOfPackage,
  inOrder,
  normalisedPipName,
  type Package,
  type PipPackage,
} from '../../packages/contents/contents.ts';
import { logMarkers } from './script.ts';

/** So much of the log is asked for, and no more: several times what large images print. */
export const maximumLogBytes = 1024 * 1024;

/** Longer lines hold no package. */
const maximumLine = 1024;

/**
 * Reads what `contentsCommand` printed. The image, and with it every line, may be hostile: what no package can be called is
 * left out and counted.
 * @returns a sentence that says what is wrong with the log as a whole
 */
export function parseContents(log: string): Result<Contents, string> {
  if (Buffer.byteLength(log, 'utf8') > maximumLogBytes) {
    return failed(`the list of packages is longer than ${maximumLogBytes / 1024 / 1024} MiB`);
  }
  const texts = log.split('\n').map((text) => text.replace(/\r$/, ''));
  const begin = texts.indexOf(logMarkers.begin);
  const end = texts.findLastIndex((text) => text !== '');
  if (begin === -1) {
    return failed('there is no list of packages: /bin/sh of the image did not run the script');
  }
  if (texts[end] !== logMarkers.end) {
    return failed('the list of packages was cut before its end');
  }
  const lines = texts.slice(begin + 1, end).map(readLine);
  const conda = condaOf(lines);
  const found = {
    apt: aptOf(lines),
    apk: systemOf(lines, 'apk'),
    rpm: systemOf(lines, 'rpm'),
    conda: conda.map(({ prefix: _prefix, ...entry }) => entry),
    pip: pipOf(lines, conda),
    r: rOf(lines, conda),
  };
  const total = Object.values(found).reduce((sum, list) => sum + list.length, 0);
  const kept = {
    apt: found.apt.filter(hasFormOfPackage),
    apk: found.apk.filter(hasFormOfPackage),
    rpm: found.rpm.filter(hasFormOfPackage),
    conda: found.conda.filter(hasFormOfPackage),
    pip: found.pip.filter(hasFormOfPackage),
    r: found.r.filter(hasFormOfPackage),
  };
  const left = Object.values(kept).reduce((sum, list) => sum + list.length, 0);
  return ok({
    apt: inOrder(unique(kept.apt)),
    apk: inOrder(unique(kept.apk)),
    rpm: inOrder(unique(kept.rpm)),
    conda: inOrder(unique(kept.conda)),
    pip: inOrder(firstOf(kept.pip, normalisedPipName)),
    r: inOrder(firstOf(kept.r, (name) => name)),
    omitted: total - left,
  });
}

interface Line {
  readonly is: string;
  readonly fields: readonly string[];
}

function readLine(text: string): Line {
  const [is = '', ...fields] = text.length > maximumLine ? [] : text.split('\t');
  return { is, fields: fields.map((field) => field.trim()) };
}

function linesOf(lines: readonly Line[], is: string): readonly (readonly string[])[] {
  return lines.filter((line) => line.is === is).map(({ fields }) => fields);
}

/** The lines that follow each line `is`, up to the next such line. */
function sections(
  lines: readonly Line[],
  is: string,
): readonly { readonly head: Line; readonly below: readonly Line[] }[] {
  const starts = lines.flatMap((line, index) => (line.is === is ? [{ head: line, index }] : []));
  return starts.map(({ head, index }, place) => ({ head, below: lines.slice(index + 1, starts[place + 1]?.index) }));
}

function systemOf(lines: readonly Line[], is: 'apk' | 'rpm'): readonly Package[] {
  return linesOf(lines, is).map(([name = '', version = '']) => ({ name, version }));
}

/** Removed packages whose configuration is still there are listed too: they are passed over. */
function aptOf(lines: readonly Line[]): readonly Package[] {
  const native = linesOf(lines, 'architecture')[0]?.[0];
  return linesOf(lines, 'apt')
    .filter(([, , , status = '']) => status.endsWith(' installed'))
    .map(([name = '', version = '', architecture = '']) => {
      const isNative = native === undefined || architecture === native || architecture === 'all';
      return { name: isNative ? name : `${name}:${architecture}`, version };
    });
}

type CondaRecord = CondaPackage & { readonly prefix: string };

/** A record is called NAME-VERSION-BUILD, and neither version nor build has a "-". */
function condaOf(lines: readonly Line[]): readonly CondaRecord[] {
  return sections(lines, 'conda-environment').flatMap(({ head, below }, index) => {
    const prefix = head.fields[0] ?? '';
    const channels = new Map(
      linesOf(below, 'channel').map(([line = '']) => {
        const [, record = '', url = ''] = /^(.+)\.json:"channel": *"([^"]*)"$/.exec(line) ?? [];
        return [record, url];
      }),
    );
    return linesOf(below, 'conda').map(([record = '']) => {
      const [, name = '', version = '', build = ''] = /^(.+)-([^-]+)-([^-]+)$/.exec(record) ?? [];
      const channel = condaChannel(channels.get(record) ?? '');
      return { name, version, build, channel, environment: index === 0 ? '' : prefix, prefix };
    });
  });
}

/** Distributions that conda has installed are its packages already, mostly under the same name. */
function pipOf(lines: readonly Line[], conda: readonly CondaRecord[]): readonly PipPackage[] {
  const prefixes = new Set(conda.map(({ prefix }) => prefix));
  const records = new Set(
    conda.map(({ prefix, name, version }) => `${prefix}\t${normalisedPipName(name)}\t${version}`),
  );
  return sections(lines, 'site').flatMap(({ head, below }) => {
    const [folder = '', main] = head.fields;
    const prefix = folder.replace(/\/lib(64)?\/python[^/]*(\/.*)?$/, '');
    return linesOf(below, 'pip')
      .filter(
        ([name = '', version = '', installer = '']) =>
          !(installer === 'conda' && prefixes.has(prefix)) &&
          !records.has(`${prefix}\t${normalisedPipName(name)}\t${version}`),
      )
      .map(([name = '', version = '']) => ({ name, version, environment: main === 'main' ? '' : prefix }));
  });
}

/** conda calls a package of R `r-` and its name in lower case, and writes "_" for the "-" of a version. */
function rOf(lines: readonly Line[], conda: readonly CondaRecord[]): readonly Package[] {
  const records = new Set(conda.map(({ name, version }) => `${name}\t${version}`));
  return linesOf(lines, 'r')
    .map(([name = '', version = '']) => ({ name, version }))
    .filter(({ name, version }) => !records.has(`r-${name.toLowerCase()}\t${version.replaceAll('-', '_')}`));
}

function unique<T extends object>(packages: readonly T[]): readonly T[] {
  return [...new Map(packages.map((entry) => [JSON.stringify(entry), entry])).values()];
}

/** Of two of one name the interpreter finds the one in the folder that comes first. */
function firstOf<T extends Package & { readonly environment?: string }>(
  packages: readonly T[],
  keyOf: (name: string) => string,
): readonly T[] {
  const key = ({ name, environment = '' }: T) => `${environment}\t${keyOf(name)}`;
  return [...new Map(packages.toReversed().map((entry) => [key(entry), entry])).values()];
}
