import { quoted } from '../../../../packages/entries/quote.ts';
import { lossOf, type Recipe } from '../../recipe.ts';

/** The version of Python that a file asks for is the base image's matter. */
export function pythonLoss(file: string, line: number, version: string): Recipe {
  return lossOf(
    file,
    line,
    `Python ${quoted(version)} is not carried over; choose a base image with it, or add python=VERSION to packages.conda`,
  );
}
