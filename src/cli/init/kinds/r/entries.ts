import { cranFault } from '../../../../packages/cran/grammar.ts';
import { entryOf, type Recipe } from '../../recipe.ts';

/** A recipe of one entry of packages.cran, or of its fault. */
export function cranEntry(file: string, line: number, entry: string): Recipe {
  return entryOf('cran', cranFault, file, line, entry);
}
