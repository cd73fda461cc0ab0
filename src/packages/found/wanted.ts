import { satisfies, valid, validRange } from '@renovatebot/pep440';
import { failed, ok, type Result } from '../../api/result.ts';
import { type ListName, listNames, normalisedPipName, type Package, type PackageLists } from '../contents/contents.ts';

/** A package that is looked for in images. */
export interface Wanted {
  /** In the form in which names are compared. */
  readonly name: string;
  /** Comparisons of PEP 440, such as `<2,>=1.26`; '' lets every version through. */
  readonly range: string;
}

/** A package of an image that is as wanted, or whose version cannot be compared. */
export interface Hit {
  readonly list: ListName;
  readonly package: Package;
  readonly is: 'match' | 'incomparable';
}

const form = /^([A-Za-z0-9][A-Za-z0-9._+-]*)\s*((?:(?:===|==|!=|<=|>=|~=|<|>|=)\s*[A-Za-z0-9._*+!:~-]+\s*,?\s*)*)$/;

/** Reads `numpy`, `numpy<2` or `numpy>=1.26,<2`. The failure says what to write. */
export function readWanted(text: string): Result<Wanted, string> {
  const found = form.exec(text.trim());
  const [, name = '', comparisons = ''] = found ?? [];
  // One `=` is conda's; it means the same as two.
  const range = comparisons
    .replaceAll(/\s+/g, '')
    .replace(/,$/, '')
    .replaceAll(/(?<![=!<>~])=(?!=)/g, '==');
  if (found === null || (range !== '' && !validRange(range))) {
    return failed(
      `"${text.slice(0, 80)}" is no package with versions; write for example numpy, 'numpy<2' or 'numpy>=1.26,<2'`,
    );
  }
  return ok({ name: normalisedPipName(name), range });
}

/**
 * The packages of an image that are as wanted, by any manager. Versions of Debian, Alpine and R that are none of PEP 440 cannot
 * be compared: such a package is reported as what it is.
 */
export function findIn(lists: PackageLists, { name, range }: Wanted): readonly Hit[] {
  return listNames.flatMap((list) =>
    lists[list].flatMap((entry): readonly Hit[] => {
      if (normalisedPipName(entry.name) !== name) {
        return [];
      }
      if (range === '') {
        return [{ list, package: entry, is: 'match' }];
      }
      if (valid(entry.version) === null) {
        return [{ list, package: entry, is: 'incomparable' }];
      }
      // Someone who looks for what is installed means pre-releases too.
      return satisfies(entry.version, range, { prereleases: true }) ? [{ list, package: entry, is: 'match' }] : [];
    }),
  );
}
