import { aptFault } from '../../../packages/apt/grammar.ts';
import { eachLine } from '../lines.ts';
import { entryOf, joinedAll, type Recipe } from '../recipe.ts';

/** apt.txt: packages of Debian, parted by white space. */
export function aptList(file: string, text: string): Recipe {
  return eachLine(file, text, ({ line, text: words }) =>
    joinedAll(words.split(/\s+/).map((word) => entryOf('apt', aptFault, file, line, word))),
  );
}
