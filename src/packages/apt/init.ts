import { entryOf, joinedAll, linesOf, type Reader, type Recipe } from '../recipe.ts';
import { aptFault } from './grammar.ts';

/** The files of a repository with Debian packages. */
export const aptReaders: Readonly<Record<string, Reader>> = { 'apt.txt': aptList };

function aptList(file: string, text: string): Recipe {
  return joinedAll(
    linesOf(text).flatMap(({ line, text: words }) =>
      words.split(/\s+/).map((word) => entryOf('apt', aptFault, file, line, word)),
    ),
  );
}
