import { failed, ok, type Result } from '../../api/result.ts';
import {
  type Contents,
  hasFormOfPackage,
  inOrder,
  type Package,
  type PackageLists,
} from '../../packages/contents/contents.ts';
import { type Line, linesOf, unique } from '../../packages/contents/lines.ts';
import { managers } from '../../packages/managers.ts';
import { logMarkers } from './script.ts';

/** The operator reads at most this much of the log: several times what large images print. */
export const maximumLogBytes = 1024 * 1024;

/** Longer lines contain no package. */
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
  const { apt, conda, pip, cran } = managers;
  const found = {
    apt: apt.contents.read(lines),
    apk: systemOf(lines, 'apk'),
    rpm: systemOf(lines, 'rpm'),
    conda: conda.contents.read(lines),
    pip: pip.contents.read(lines),
    r: cran.contents.read(lines),
  } satisfies PackageLists;
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
    apt: inOrder(apt.contents.distinct(kept.apt)),
    apk: inOrder(unique(kept.apk)),
    rpm: inOrder(unique(kept.rpm)),
    conda: inOrder(conda.contents.distinct(kept.conda)),
    pip: inOrder(pip.contents.distinct(kept.pip)),
    r: inOrder(cran.contents.distinct(kept.r)),
    omitted: total - left,
  });
}

function readLine(text: string): Line {
  const [is = '', ...fields] = text.length > maximumLine ? [] : text.split('\t');
  return { is, fields: fields.map((field) => field.trim()) };
}

function systemOf(lines: readonly Line[], is: 'apk' | 'rpm'): readonly Package[] {
  return linesOf(lines, is).map(([name = '', version = '']) => ({ name, version }));
}
