import type { Contents } from '../contents/contents.ts';
import { absent, type Pin, pinned } from '../pin.ts';
import { cranFault, cranPartsOf } from './grammar.ts';

/** The entry with the version that is installed. A conda record of the same package and version accounts for it too. */
export function pinCran(entry: string, { r, conda }: Contents): Pin {
  const { name } = cranPartsOf(entry);
  const found =
    r.find((other) => other.name === name)?.version ??
    conda
      .find((other) => other.environment === '' && other.name === `r-${name.toLowerCase()}`)
      ?.version.replaceAll('_', '-');
  return found === undefined ? absent : pinned(`${name}@${found}`, cranFault);
}
