import { quoted } from '../../../../packages/entries/quote.ts';
import { linesOf } from '../../lines.ts';
import { emptyRecipe, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { condaEntry } from './entries.ts';

/** runtime.txt: `python-X.Y` for conda; of `r-DATE` and `r-X.Y-DATE` the day whose packages of R are meant. */
export function runtime(file: string, text: string): Recipe {
  const { line, text: wanted } = linesOf(text).lines[0] ?? { line: 1, text: '' };
  const python = /^python-(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)$/.exec(wanted)?.[1];
  if (python !== undefined) {
    return condaEntry(file, line, `python=${python}`);
  }
  const [, language, day] = /^r-(?:(\d+\.\d+(?:\.\d+)?)-)?(\d{4}-\d{2}-\d{2})$/.exec(wanted) ?? [];
  if (day === undefined) {
    return lossOf(
      file,
      line,
      `${quoted(wanted)}: only python-X.Y, python-X.Y.Z and r-YYYY-MM-DD can be carried over; choose a base image with this runtime`,
    );
  }
  const snapshot: Recipe = { ...emptyRecipe, cranSnapshot: day };
  return language === undefined
    ? snapshot
    : joinedAll([snapshot, lossOf(file, line, `R ${language} is not carried over; choose a base image with it`)]);
}
